-- A targeted authority may go on another one: a decision of its own, with its own words and dates. The old one stays as it was.

alter table targeted_authority add column renews text references targeted_authority;

-- Says which authority a new one goes on; false unless the viewer granted the new one just now, for the same officer, and may see the old.
create function renew_targeted_authority(id text, old text)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update targeted_authority n set renews = old
  from targeted_authority o
  where n.authority_id = id and n.renews is null and n.granted_by = viewer_account() and n.granted_at = viewer_at()
    and o.authority_id = old and o.officer_id = n.officer_id and old in (select visible_authorities());
  return found;
end $$;
