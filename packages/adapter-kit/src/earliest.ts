/** The first of several times, such as the deadlines of a codec's parts for its `wakeAtMs`; `undefined` without any. */
export function earliest(...timesMs: readonly (number | undefined)[]): number | undefined {
  let first: number | undefined;
  for (const timeMs of timesMs) if (timeMs !== undefined && (first === undefined || timeMs < first)) first = timeMs;
  return first;
}
