/** Sample values in order of arrival, and how many samples of each came in a row. */
export function runsOf(audio: Buffer): [value: number, samples: number][] {
  const found: [number, number][] = [];
  for (let at = 0; at < audio.byteLength; at += 2) {
    const value = audio.readInt16LE(at);
    const last = found.at(-1);
    if (last?.[0] === value) last[1] += 1;
    else found.push([value, 1]);
  }
  return found;
}
