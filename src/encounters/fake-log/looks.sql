-- The looks of the three logs, as access.sql finds those of the force.
SELECT kind, officer_id, person_id, at, ends_at, count, systems, actions, images, reference, `references`
FROM {world:Identifier}.looks;
