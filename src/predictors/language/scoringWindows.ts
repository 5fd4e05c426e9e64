/** Records `[start, end)` that are read together, of which those from `scoredFrom` on are scored. */
export interface ScoringWindow {
  start: number;
  scoredFrom: number;
  end: number;
}

/**
 * Cuts a career of `records` into windows that fit the model's context, so that each record is scored once: the
 * first ones with everything before them, later ones with at least half a window before them. `fits(start, end)`
 * says whether these records fit; it must hold for fewer records if it holds for more. A single record that does
 * not fit is a window all the same: the model refuses it with its own words.
 */
export function scoringWindows(
  records: number,
  fits: (start: number, end: number) => boolean,
): ScoringWindow[] {
  const windows: ScoringWindow[] = [];
  let start = 0;
  let scoredFrom = 0;
  while (scoredFrom < records) {
    while (start < scoredFrom && !fits(start, scoredFrom + 1)) start++;
    const end = furthestEnd(start, scoredFrom + 1, records, fits);
    windows.push({ start, scoredFrom, end });
    start += Math.floor((end - start) / 2);
    scoredFrom = end;
  }
  return windows;
}

/** A window for each record: it and the last k before it, or as many of those as fit. */
export function recordWindows(
  records: number,
  lastRecords: number,
  fits: (start: number, end: number) => boolean,
): ScoringWindow[] {
  return Array.from({ length: records }, (_, scoredFrom) => {
    const end = scoredFrom + 1;
    let start = Math.max(0, scoredFrom - lastRecords);
    while (start < scoredFrom && !fits(start, end)) start++;
    return { start, scoredFrom, end };
  });
}

/** The largest end from `least` to `records` that fits, by bisection; `least` where none does. */
function furthestEnd(
  start: number,
  least: number,
  records: number,
  fits: (start: number, end: number) => boolean,
): number {
  if (fits(start, records)) return records;
  let good = least;
  let bad = records;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(start, middle)) good = middle;
    else bad = middle;
  }
  return good;
}
