import type { SessionFrame } from './session-frames.ts';

/**
 * Leaves out partial transcripts that a later frame of the same turn replaces: texts are cumulative, so nothing is lost but how
 * they grew. The frame that is left has no `delta`, since it would not add to what was read before.
 */
export function mergePartials<Entry extends { readonly frame: SessionFrame }>(entries: readonly Entry[]): Entry[] {
  /** Where the frame that replaces earlier ones of its turn stands in `kept`. */
  const latest = new Map<string, number>();
  const kept: Entry[] = [];
  for (const entry of entries.toReversed()) {
    const { frame } = entry;
    if (frame.type === 'transcript') {
      const turn = `${frame.role} ${frame.turn ?? ''}`;
      const index = latest.get(turn);
      const later = index === undefined ? undefined : kept[index];
      if (index !== undefined && later?.frame.type === 'transcript' && !frame.final) {
        kept[index] = { ...later, frame: { ...later.frame, delta: undefined } };
        continue;
      }
      latest.set(turn, kept.length);
    }
    kept.push(entry);
  }
  return kept.reverse();
}
