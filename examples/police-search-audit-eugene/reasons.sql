-- What the stated reasons of the searches say. Word lists, version 1. A reason is compared whole, in lower case, with everything
-- but letters and digits taken as a blank. What stands in none of the lists counts as saying something, though much of it says
-- little ('st2', 'fu', a surname).
WITH
  -- That police look into something, in whatever spelling; or not even that.
  ['', 'police', 'crimes', 'criminal investigation', 'crim inv', 'crim is',
   'inv', 'inves', 'invest', 'investiga', 'investigation', 'investigations', 'investigative',
   'inestigation', 'invesigation', 'investagation', 'investgation', 'investigaiton', 'investigatin',
   'investigationn', 'investigatiom', 'investigatoin', 'investigaton', 'investigtion', 'investiogation', 'invetigation',
   'invetigations', 'invewsigations', 'ivestigations'] AS nothing,
  -- The class of the offence, as a statistic has it, and no more.
  ['person crime', 'person crime felony', 'felony person', 'felony person crime', 'felony peron crime', 'felny person crime',
   'feld9ony person crime', 'investigation person crime', 'propert', 'property crime', 'property crimes', 'property crime misdo',
   'felony property crime', 'felony proeprty crime'] AS class,
  -- That the tool was tried out or taught.
  ['test', 'admin test', 'administrative test', 'camera test', 'training'] AS test,
  -- How was searched, not why.
  ['daytime search for best result'] AS how
SELECT
  multiIf(
    has(nothing, said), 'nothing',
    has(class, said), 'only the class of the offence',
    has(test, said), 'a test',
    has(how, said), 'how, not why',
    'something') AS says,
  count() AS searches,
  round(100 * searches / sum(searches) OVER (), 1) AS percent,
  uniqExact(officer_id) AS users,
  uniqExact(said) AS wordings
FROM
(
  SELECT officer_id, trimBoth(replaceRegexpAll(lower(reason), '[^a-z0-9]+', ' ')) AS said
  FROM accesses
)
GROUP BY says
ORDER BY searches DESC
