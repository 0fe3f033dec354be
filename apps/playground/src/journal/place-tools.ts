import type { TranscriptTurn } from '@speko/client-browser';
import type { ToolNote } from './call-journal.ts';

/**
 * Puts each tool call behind the turn that it follows: the question it was called for, whenever that was transcribed, and
 * whatever else had been said by then.
 * @returns tool calls by the id of the turn before them, `undefined` for those before any turn
 */
export function placeTools(
  transcript: readonly TranscriptTurn[],
  tools: readonly ToolNote[],
): ReadonlyMap<string | undefined, readonly ToolNote[]> {
  const placed = new Map<string | undefined, readonly ToolNote[]>();
  for (const tool of tools) {
    const { question, spokenAtMs, afterTurn } = tool;
    const wasSaid = ({ id, startMs }: TranscriptTurn): boolean =>
      id === question || (startMs === undefined ? id === afterTurn : startMs <= spokenAtMs);
    const turn = transcript.findLast(wasSaid)?.id;
    placed.set(turn, [...(placed.get(turn) ?? []), tool]);
  }
  return placed;
}
