import { z } from 'zod';
import type { ExactInteger } from '../json/exact-json.ts';
import { capabilitiesSchema } from './capabilities.ts';

const tokenCountSchema = z.int().min(0);
const roleSchema = z.enum(['user', 'assistant']);

/** The provider session is configured. */
export const readyFrameSchema = z.object({
  t: z.literal('ready'),
  /** Rate of the client's audio, in Hz. */
  inputSampleRate: z.int().min(1),
  /** Rate of the assistant's audio, in Hz. */
  outputSampleRate: z.int().min(1),
  provider: z.string().min(1),
  model: z.string().min(1),
  capabilities: capabilitiesSchema,
  /** Paths of request settings this provider has no use for, such as `s2s.temperature`. */
  ignored: z.array(z.string()),
});

/** Text of one turn and role so far, or its whole text when `final`. */
export const transcriptFrameSchema = z.object({
  t: z.literal('transcript'),
  role: roleSchema,
  /** Cumulative: replaces the text of earlier frames of this turn and role. */
  text: z.string(),
  final: z.boolean(),
  /** What `text` adds to the previous frame of this turn and role; absent on finals and where earlier text was revised. */
  delta: z.string().optional(),
  /** Groups the frames of one turn. */
  turn: z.string().min(1),
  /** Session time at which it was spoken, in milliseconds. */
  startMs: z.number().min(0).optional(),
  /** Set on the final of a turn that was cut. */
  interrupted: z.boolean().optional(),
  /**
   * Set on the final of a turn that the provider broke off: `content_filter`, `max_output_tokens`, or the provider's own
   * word.
   */
  incomplete: z.string().min(1).optional(),
});

/** The model asks the client to run a tool. */
export const toolCallFrameSchema = z.object({
  t: z.literal('tool_call'),
  callId: z.string().min(1),
  name: z.string().min(1),
  /** JSON text. */
  arguments: z.string(),
});

/** The assistant's speech was cut: stop playing and drop what is buffered, now. */
export const interruptionFrameSchema = z.object({
  t: z.literal('interruption'),
  at: z.literal('assistant'),
  /** The turn that was cut; absent when an `interrupt` found nothing to cut. */
  turn: z.string().min(1).optional(),
});

/** Turn-taking; for the assistant it brackets that turn's binary frames. */
export const speechFrameSchema = z.object({
  t: z.literal('speech'),
  role: roleSchema,
  state: z.enum(['started', 'stopped']),
  turn: z.string().min(1),
});

/** Tokens of the response that just finished; a kind the provider does not report is absent. */
export const usageFrameSchema = z.object({
  t: z.literal('usage'),
  inputAudioTokens: tokenCountSchema,
  outputAudioTokens: tokenCountSchema,
  inputTextTokens: tokenCountSchema.optional(),
  outputTextTokens: tokenCountSchema.optional(),
  cachedTokens: tokenCountSchema.optional(),
});

/** Something went wrong. */
export const errorFrameSchema = z.object({
  t: z.literal('error'),
  /** One of `SESSION_ERRORS`; clients accept codes they do not know. */
  code: z.string().min(1),
  /** One sentence a person can act on. */
  message: z.string(),
  /** True when the session ends because of it. */
  fatal: z.boolean().optional(),
});

/** The last frame before the server closes the socket. */
export const endFrameSchema = z.object({
  t: z.literal('end'),
  /** One of `END_REASONS`; clients accept reasons they do not know. */
  reason: z.string().min(1),
});

/** Answer to `ping`. */
export const pongFrameSchema = z.object({
  t: z.literal('pong'),
  id: z.number(),
});

/** A tool that the server itself runs. Reserved: this gateway runs none yet. */
export const serverToolCallFrameSchema = z.object({
  t: z.literal('server_tool_call'),
  id: z.string().min(1),
  name: z.string().min(1),
  status: z.enum(['started', 'completed', 'failed']),
});

/**
 * Every text frame this gateway sends. Clients accept somewhat more: see {@link receivedServerFrameSchema}.
 * @see PROTOCOL.md section 4
 */
export const serverFrameSchema = z.discriminatedUnion('t', [
  readyFrameSchema,
  transcriptFrameSchema,
  toolCallFrameSchema,
  interruptionFrameSchema,
  speechFrameSchema,
  usageFrameSchema,
  errorFrameSchema,
  endFrameSchema,
  pongFrameSchema,
  serverToolCallFrameSchema,
]);

/** The provider session is configured. */
export type ReadyFrame = z.infer<typeof readyFrameSchema>;
/** Text of one turn and role. */
export type TranscriptFrame = z.infer<typeof transcriptFrameSchema>;
/** The model asks the client to run a tool. */
export type ToolCallFrame = z.infer<typeof toolCallFrameSchema>;
/** The assistant's speech was cut. */
export type InterruptionFrame = z.infer<typeof interruptionFrameSchema>;
/** Turn-taking. */
export type SpeechFrame = z.infer<typeof speechFrameSchema>;
/** Tokens of the response that just finished. */
export type UsageFrame = z.infer<typeof usageFrameSchema>;
/** Something went wrong. */
export type ErrorFrame = z.infer<typeof errorFrameSchema>;
/** The last frame. */
export type EndFrame = z.infer<typeof endFrameSchema>;
/** Answer to `ping`. */
export interface PongFrame {
  t: 'pong';
  /** The id of the `ping`, as it was written. */
  id: number | ExactInteger;
}
/** A tool that the server itself runs. */
export type ServerToolCallFrame = z.infer<typeof serverToolCallFrameSchema>;
/** Any text frame from server to client. */
export type ServerFrame = Exclude<z.infer<typeof serverFrameSchema>, { t: 'pong' }> | PongFrame;
