-- Where vehicles and handsets stayed. A fix is slow by its own speed or, when it has none, by the movement since the fix before
-- or until the next. Slow fixes after each other are one run, as long as nothing moved between them and there is no silence
-- longer than the gap, unless the engine was off and the next fix is at the same place. A run reaches as far as the radius around
-- its first fix; the first one outside begins another.
INSERT INTO {world:Identifier}.stays
SELECT
  source, source_id, arrayAvg(stay.lat), arrayAvg(stay.lon), stay.at[1] AS starts, stay.at[-1] AS ends, arrayMax(stay.off)
FROM
(
  SELECT source, source_id, stay
  FROM
  (
    SELECT
      source,
      source_id,
      run,
      arrayMax(fix -> geoDistance(fix.lon, fix.lat, run.lon[1], run.lat[1]), run) > {stop_radius_m:Float64} AS wide,
      -- The moments at which the run got away from where it had begun last.
      arrayFold(
        (begun, fix) -> if(geoDistance(fix.lon, fix.lat, begun.1, begun.2) > {stop_radius_m:Float64},
          (fix.lon, fix.lat, arrayPushBack(begun.3, fix.at)), begun),
        if(wide, run, []),
        (run.lon[1], run.lat[1], []::Array(DateTime64(3, 'UTC')))).3 AS cuts
    FROM
    (
      SELECT
        source,
        source_id,
        arraySort(groupArray(
          (at, lat, lon, ifNull(speed_kmh, -1), ignition = 'off')
          ::Tuple(at DateTime64(3, 'UTC'), lat Float64, lon Float64, speed Float64, off Bool))) AS fixes,
        arrayMap((fix, before) -> geoDistance(fix.lon, fix.lat, before.lon, before.lat),
          fixes, arrayPopBack(arrayPushFront(fixes, fixes[1]))) AS steps,
        arrayDifference(arrayMap(fix -> toUnixTimestamp64Milli(fix.at), fixes)) AS gaps,
        arrayMap((step, gap) -> if(gap > 0, 3600 * step / gap, 1e9), steps, gaps) AS speeds,
        arrayMap((fix, since, until) -> if(fix.speed >= 0, fix.speed, least(since, until)) < {stop_speed_kmh:Float64},
          fixes, speeds, arrayPushBack(arrayPopFront(speeds), 1e9)) AS slow,
        arrayMap(
          (is_slow, was_slow, was_off, step, gap) -> NOT (is_slow AND was_slow AND step <= {stop_radius_m:Float64}
            AND (gap <= 60000 * {fix_gap_min:UInt16} OR was_off)),
          slow, arrayPopBack(arrayPushFront(slow, false)), arrayPopBack(arrayPushFront(fixes.off, false)), steps, gaps) AS begins
      FROM positions
      WHERE at <= {as_of:DateTime64(3, 'UTC')}
      GROUP BY source, source_id
    )
    ARRAY JOIN arraySplit((fix, begin) -> begin, fixes, begins) AS run
    WHERE run.at[-1] >= run.at[1] + toIntervalMinute({stop_min:UInt16})
  )
  ARRAY JOIN if(wide, arraySplit(fix -> has(cuts, fix.at), run), [run]) AS stay
)
WHERE ends >= starts + toIntervalMinute({stop_min:UInt16})
SETTINGS optimize_aggregation_in_order = 1;
