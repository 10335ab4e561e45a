-- Only vehicles report positions, and only drivers book them: crews look single.
TRUNCATE TABLE handsets;
DELETE FROM positions WHERE source = 'handset';
DELETE FROM vehicle_bookings WHERE seat = 'passenger';
