-- Disciplinary charges about looking into records, or passing on what is in them, without a policing purpose. Wording list, version 1,
-- made by reading the charges. Charges about false statements or missing entries that only mention a look-up are not meant.
SELECT
  multiIf(
    looked AND told, 'looked and passed on',
    looked, 'looked without purpose',
    'passed on') AS about,
  count() AS charges,
  uniqExact(officer_id) AS officers
FROM
(
  SELECT
    officer_id,
    replaceRegexpAll(upper(allegation), '\\s+', ' ') AS said,
    match(said, 'FALSE OR |MISLEADING STATEMENT|FAILED TO (UPDATE|MAKE REQUIRED ENTRIES|CONDUCT A PROPER INQUIRY|SIGN-OFF)|INCORRECTLY ENTERED')
      AND NOT match(said, 'UNRELATED|CONFIDENTIAL DEP') AS something_else,
    match(said, 'COMPUTER MISUSE')
      OR match(said, '(COMPUTER|DATABASE|QUER(Y|IES)|INQUIR(Y|IES|ES)|FINEST SYSTEM|IAPRO|OMNI|FOOTAGE).*(UNRELATED|NOT RELATED|NON-? ?DEPARTMENT|PERSONAL REASONS|UNAUTHORIZED|UNOFFICIAL)')
      OR match(said, '(UNAUTHORIZED|UNOFFICIAL|IMPROPER|IMPROPERLY|WRONGFULLY).*(QUERIES|INQUIRY|INQUIRIES|SEARCHES|USED DEPARTMENT COMPUTER|COMPUTER TO ACCESS)')
      OR match(said, 'ACCESSED CONFIDENTIAL DEP') AS looked,
    match(said, 'DISSEMINATED? .*(CONFIDENTIAL|FOOTAGE)|DISCLOSED BWC|WITH DISSEMINATION|(DISCLOSED|DIVULGED|REVEALED|DIVULGE) .*(INFORMATION|RESULTS|FINDINGS)') AS told
  FROM {world:Identifier}.conduct
)
WHERE (looked OR told) AND NOT something_else
GROUP BY about
ORDER BY charges DESC
