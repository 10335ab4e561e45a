-- Offenders do half as much.
DELETE FROM accesses WHERE event_id IN (SELECT event_id FROM planted WHERE cityHash64(event_id, 'sparse') % 2 = 0);
DELETE FROM calls WHERE event_id IN (SELECT event_id FROM planted WHERE cityHash64(event_id, 'sparse') % 2 = 0);
DELETE FROM messages WHERE event_id IN (SELECT event_id FROM planted WHERE cityHash64(event_id, 'sparse') % 2 = 0);
