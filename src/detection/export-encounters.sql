SELECT
  lower(hex(encounter_id)) AS encounter_id,
  toString(kind) AS kind,
  officer_id,
  person_id,
  concat(replaceOne(toString(e.at), ' ', 'T'), 'Z') AS at,
  concat(replaceOne(toString(e.ends_at), ' ', 'T'), 'Z') AS ends_at,
  count,
  toString(duty) AS duty,
  toString(explanation) AS explanation,
  incident_id,
  vulnerable,
  concat(
    multiIf(
      e.kind = 'access', concat(toString(e.count), if(e.count = 1, ' look', ' looks'), ' at records',
        if(notEmpty(systems), concat(' in ', arrayStringConcat(systems, ', ')), ''),
        if(images > 0, concat(', ', toString(images), ' of images'), '')),
      e.kind = 'contact', concat(
        arrayStringConcat(arrayFilter(x -> x != '', [
          if(calls > 0, concat(toString(calls), if(calls = 1, ' call', ' calls')), ''),
          if(texts > 0, concat(toString(texts), if(texts = 1, ' text', ' texts')), '')]), ' and '),
        ', ', toString(outgoing), ' from the officer and ', toString(incoming), ' from the person'),
      concat('A stop of ', toString(intDiv(dateDiff('second', e.at, e.ends_at), 60)), ' minutes, ',
        toString(round(distance_m)), ' m from the home', if(crew > 1, concat(', crew of ', toString(crew)), ', alone'))),
    multiIf(e.duty = '' OR e.duty = 'unknown', '', e.duty = 'off_duty', ', off duty', concat(', on the roster as ', replaceAll(toString(e.duty), '_', ' '))),
    if(e.vulnerable = 1, ', vulnerable person', ''),
    if(e.explanation = '', '; no policing purpose found', concat('; explained: ', replaceAll(toString(e.explanation), '_', ' '),
      if(e.incident_id = '', '', concat(' (', e.incident_id, ')'))))
  ) AS text
FROM {world:Identifier}.encounters AS e
ORDER BY e.officer_id, e.person_id, e.at, e.kind, e.encounter_id
