-- Positions come seldom: one in four is left.
DELETE FROM positions WHERE cityHash64(source_id, at, 'few') % 4 != 0;
