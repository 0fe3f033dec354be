import { z } from 'zod';
import type { ExactInteger } from '../json/exact-json.ts';

const MUST_BE_STRING = 'must be a string';
const MUST_BE_ID = 'must be a string that is not empty';
const MUST_BE_PLAYED_MS = 'must be a number of milliseconds, 0 or more';

/** `commit` and its synonym `end_turn` end the user's turn; `clear` drops audio that is not yet committed. */
export const controlFrameSchema = z.object({
  t: z.literal('control'),
  action: z.enum(['commit', 'end_turn', 'clear'], { error: 'must be "commit", "end_turn" or "clear"' }),
});

/** Cancels the assistant's current response; always answered by exactly one `interruption`. */
export const interruptFrameSchema = z.object({
  t: z.literal('interrupt'),
  /** How much of the response was heard, in milliseconds. */
  playedMs: z.number({ error: MUST_BE_PLAYED_MS }).min(0, MUST_BE_PLAYED_MS).optional(),
});

/** Result of a `tool_call`. */
export const toolResultFrameSchema = z.object({
  t: z.literal('tool_result'),
  callId: z.string({ error: MUST_BE_ID }).min(1, MUST_BE_ID),
  /** Usually JSON. */
  output: z.string({ error: `${MUST_BE_STRING}; turn other values into JSON text first` }),
});

/** How much of an assistant turn has been heard. */
export const playbackFrameSchema = z.object({
  t: z.literal('playback'),
  turn: z.string({ error: MUST_BE_ID }).min(1, MUST_BE_ID),
  /** Milliseconds of this turn that were played. */
  playedMs: z.number({ error: MUST_BE_PLAYED_MS }).min(0, MUST_BE_PLAYED_MS),
});

/** A typed user message, which the model answers. */
export const textFrameSchema = z.object({
  t: z.literal('text'),
  text: z.string({ error: MUST_BE_ID }).min(1, MUST_BE_ID),
});

/** Answered by a `pong` with the same `id`. */
export const pingFrameSchema = z.object({
  t: z.literal('ping'),
  id: z.number({ error: 'must be a number' }),
});

/**
 * Every text frame a client may send. Unknown fields are dropped, an unknown `t` is refused.
 * @see PROTOCOL.md rules CF3 to CF9
 */
export const clientFrameSchema = z.discriminatedUnion('t', [
  controlFrameSchema,
  interruptFrameSchema,
  toolResultFrameSchema,
  playbackFrameSchema,
  textFrameSchema,
  pingFrameSchema,
]);

/** Ends the user's turn, or drops its audio. */
export type ControlFrame = z.infer<typeof controlFrameSchema>;
/** Cancels the assistant's current response. */
export type InterruptFrame = z.infer<typeof interruptFrameSchema>;
/** Result of a `tool_call`. */
export type ToolResultFrame = z.infer<typeof toolResultFrameSchema>;
/** How much of an assistant turn has been heard. */
export type PlaybackFrame = z.infer<typeof playbackFrameSchema>;
/** A typed user message. */
export type TextFrame = z.infer<typeof textFrameSchema>;
/** Asks for a `pong`. */
export interface PingFrame {
  t: 'ping';
  /** Comes back as it was written, also where a JavaScript number cannot hold it. */
  id: number | ExactInteger;
}
/** Any text frame from client to server. */
export type ClientFrame = Exclude<z.infer<typeof clientFrameSchema>, { t: 'ping' }> | PingFrame;
