-- What happened in an encounter, in one sentence: an expression over the columns of `encounters`.
concat(
  multiIf(
    kind = 'access', concat(
      'Looked at records ',
      multiIf(count = 1, 'once', count = 2, 'twice', concat(toString(count), ' times')),
      if(count = 1, '', concat(' in ', toString(greatest(1, round(dateDiff('second', at, ends_at) / 60))),
        if(dateDiff('second', at, ends_at) < 90, ' minute', ' minutes'))),
      if(empty(systems), '', concat(' (', arrayStringConcat(systems, ', '), ')')),
      if(images = 0, '', concat(', ', toString(images), if(images = 1, ' time at an image', ' times at images')))),
    kind = 'contact', concat(
      arrayStringConcat(arrayFilter(part -> part != '', [
        if(calls = 0, '', concat(toString(calls), if(calls = 1, ' call', ' calls'),
          if(talk_s = 0, '', concat(' (', if(talk_s < 90, concat(toString(talk_s), ' s'), concat(toString(round(talk_s / 60)), ' min')), ' of talk)')))),
        if(texts = 0, '', concat(toString(texts), if(texts = 1, ' text', ' texts')))]), ' and '),
      multiIf(incoming = 0, ' to them', outgoing = 0, ' from them', ' to and from them'),
      if(unanswered = 0, '', concat(', ', toString(unanswered), ' unanswered')),
      if(number_shared_by < 2, '', concat(', on a number that ', toString(number_shared_by), ' people share')),
      if(device_shared_by < 2, '', concat(', from a device that ', toString(device_shared_by), ' officers share'))),
    concat(
      'Stopped for ', toString(greatest(1, round(dateDiff('second', at, ends_at) / 60))),
      if(dateDiff('second', at, ends_at) < 90, ' minute', ' minutes'),
      ' about ', toString(round(distance_m, -1)), ' m from their home',
      if(crew < 2, ', alone', concat(', with a crew of ', toString(crew))),
      if(ignition_off = 0, '', ', engine off'))),
  transform(duty,
    ['duty', 'overtime', 'court', 'training', 'rest_day', 'annual_leave', 'sick', 'suspended', 'off_duty'],
    [', on duty', ', on overtime', ', on a court day', ', on a training day', ', on a rest day', ', on annual leave',
     ', while off sick', ', while suspended', ', off duty'],
    ', with no roster for that time'),
  if(vulnerable = 0, '', ', while marked as vulnerable'),
  transform(explanation,
    ['', 'assigned', 'same_incident_before_record', 'custody', 'call_handling', 'team', 'supervision', 'stated_reference', 'one_hop', 'role'],
    [', with no policing purpose found', ', assigned to incident ', ', before being written down for incident ',
     ', as custody staff for incident ', ', handling the call of incident ', ', for the unit''s incident ',
     ', supervising incident ', ', giving incident ', ', through somebody of incident ', ', as the work of the post'],
    concat(', explained as ', explanation, ' ')),
  incident_id)
