-- No location data at all.
TRUNCATE TABLE positions;
TRUNCATE TABLE vehicle_bookings;
TRUNCATE TABLE handsets;
