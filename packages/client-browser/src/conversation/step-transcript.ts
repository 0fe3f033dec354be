import type { SessionTranscriptFrame } from '@speko/client-core';
import type { TranscriptTurn } from './conversation-snapshot.ts';

/** Where a transcript frame comes from. */
export interface TranscriptOrigin {
  readonly sessionId: string;
  /** Conversation time at which the session's connection opened, in milliseconds. */
  readonly offsetMs: number;
}

/** A turn's id in the conversation: turn ids of the wire are unique in one session only. */
export function turnId(sessionId: string | undefined, turn: string): string {
  return `${sessionId}/${turn}`;
}

/** Older turns are left out: each change copies the list. */
const MOST_TURNS = 1_000;
/** Most text of all turns, in UTF-16 code units. The newest turn is kept whatever its length. */
const MOST_CHARS = 4_194_304;

/**
 * Puts a transcript frame in its place: turns are ordered by when they were spoken, and those of which that is not known stay
 * where they came. A turn without text is none, unless the model broke it off before its first word.
 */
export function stepTranscript(
  turns: readonly TranscriptTurn[],
  frame: SessionTranscriptFrame,
  { sessionId, offsetMs }: TranscriptOrigin,
): readonly TranscriptTurn[] {
  const { role, text, final } = frame;
  const id = frame.turn === undefined ? undefined : turnId(sessionId, frame.turn);
  const index = turns.findLastIndex((turn) => (id === undefined ? turn.role === role && !turn.final : turn.id === id));
  const old = turns[index];
  const startMs = frame.startMs === undefined ? old?.startMs : frame.startMs + offsetMs;
  const rest = turns.filter((turn) => turn !== old);
  if (text === '' && frame.incomplete === undefined) return old === undefined ? turns : rest;
  const turn: TranscriptTurn = {
    id: old?.id ?? id ?? unusedId(turns, `${sessionId}/${role}-`),
    role,
    text,
    final,
    interrupted: final ? frame.interrupted : (old?.interrupted ?? false),
    startMs,
    ...(frame.incomplete !== undefined && { incomplete: frame.incomplete }),
  };
  return latest(rest.toSpliced(old !== undefined && startMs === old.startMs ? index : placeOf(startMs, rest), 0, turn));
}

/** What is kept of the turns. */
function latest(turns: readonly TranscriptTurn[]): readonly TranscriptTurn[] {
  let chars = 0;
  const tooOld = turns.findLastIndex(({ text }, index) => {
    chars += text.length;
    return index < turns.length - 1 && (chars > MOST_CHARS || index < turns.length - MOST_TURNS);
  });
  return tooOld < 0 ? turns : turns.slice(tooOld + 1);
}

/** Marks a turn as cut before its final says so. */
export function cutTurn(turns: readonly TranscriptTurn[], id: string): readonly TranscriptTurn[] {
  if (!turns.some((turn) => turn.id === id && !turn.interrupted)) return turns;
  return turns.map((turn) => (turn.id === id ? { ...turn, interrupted: true } : turn));
}

/** The connection is gone: what has no final yet gets none. */
export function settleTurns(turns: readonly TranscriptTurn[]): readonly TranscriptTurn[] {
  if (turns.every((turn) => turn.final)) return turns;
  return turns.map((turn) => (turn.final ? turn : { ...turn, final: true, interrupted: turn.role === 'assistant' }));
}

/** Gateways of the base contract name no turns. */
function unusedId(turns: readonly TranscriptTurn[], prefix: string): string {
  const used = turns.map(({ id }) => (id.startsWith(prefix) && Number(id.slice(prefix.length))) || 0);
  return prefix + (Math.max(turns.length, ...used) + 1);
}

function placeOf(startMs: number | undefined, turns: readonly TranscriptTurn[]): number {
  if (startMs === undefined) return turns.length;
  return turns.findLastIndex((turn) => (turn.startMs ?? 0) <= startMs) + 1;
}
