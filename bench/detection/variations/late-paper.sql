-- Two in five assignments are never written down.
DELETE FROM assignments WHERE cityHash64(incident_id, officer_id, 'paper') % 5 < 2;
