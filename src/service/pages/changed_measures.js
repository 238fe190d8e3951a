/**
 * What of a year is no longer as it was published.  Pure.
 */

/**
 * The measures whose numbers are not those of the publication.
 * @param {any[]} now @param {any[]} then
 */
export function changedMeasures(now, then) {
  const before = new Map(
    then.map((row) => [row.measure, JSON.stringify({...row, restated: false})]),
  );
  const changed = now.filter(
    (row) => before.get(row.measure) !== JSON.stringify({...row, restated: false}),
  );
  return new Set(changed.map(({measure}) => measure));
}
