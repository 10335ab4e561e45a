-- Homes are known by postcode: all of a square of about 100 m have one place.
INSERT INTO person_addresses SELECT * REPLACE (round(lat, 3) AS lat, round(lon / 1.5, 3) * 1.5 AS lon, (SELECT max(load_id) + 1 FROM person_addresses) AS load_id)
FROM person_addresses;
