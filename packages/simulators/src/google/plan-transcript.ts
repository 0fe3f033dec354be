import type { ServerProfile } from './server-profiles.ts';
import type { SimulatedFault } from './simulator-faults.ts';

const MAX_DELAY_MS = 120;
const MAX_PIECE_MS = 20;
const AFTER_THE_TURN_MS = 60_000;

/** Words of the user, and when they are sent after the end of the turn. */
export interface TranscriptPiece {
  readonly afterMs: number;
  readonly words: string;
}

/** When the words of a turn come: the service transcribes beside the conversation, and promises no order. */
export function planTranscript(
  text: string,
  profile: ServerProfile,
  faults: ReadonlySet<SimulatedFault>,
  responseDelayMs: number,
): TranscriptPiece[] {
  const duringReplyMs = responseDelayMs + 150;
  if (faults.has('transcript-after-turn')) return [{ afterMs: AFTER_THE_TURN_MS, words: text }];
  if (faults.has('transcript-late')) return [{ afterMs: duringReplyMs, words: text }];
  const again = faults.has('transcript-refined') ? [{ afterMs: duringReplyMs, words: `${text}!` }] : [];
  if (profile.inputTranscript === 'whole' && !faults.has('transcript-pieces')) {
    // Before the reply, however soon that comes.
    return [{ afterMs: Math.min(MAX_DELAY_MS, responseDelayMs / 2), words: text }, ...again];
  }
  const pieces = text.match(/\s*\S{1,6}/g) ?? [];
  const stepMs = Math.min(MAX_PIECE_MS, responseDelayMs / (pieces.length + 1));
  return [...pieces.map((words, index) => ({ afterMs: (index + 1) * stepMs, words })), ...again];
}
