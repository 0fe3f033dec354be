import { z } from 'zod';
import { capabilitiesSchema } from './capabilities.ts';
import {
  endFrameSchema,
  errorFrameSchema,
  interruptionFrameSchema,
  pongFrameSchema,
  readyFrameSchema,
  serverToolCallFrameSchema,
  speechFrameSchema,
  toolCallFrameSchema,
  transcriptFrameSchema,
  usageFrameSchema,
} from './server-frames.ts';

/** `ready` as a client accepts it: gateways that speak the base contract state the rates alone. */
export const receivedReadyFrameSchema = readyFrameSchema.extend({
  provider: readyFrameSchema.shape.provider.optional(),
  model: readyFrameSchema.shape.model.optional(),
  /** A flag that is absent is one the gateway does not know of. */
  capabilities: capabilitiesSchema.partial().optional(),
  ignored: readyFrameSchema.shape.ignored.optional(),
});

/** `transcript` as a client accepts it: gateways that speak the base contract name no turns. */
export const receivedTranscriptFrameSchema = transcriptFrameSchema.extend({
  turn: transcriptFrameSchema.shape.turn.optional(),
});

/**
 * Every text frame a client accepts: what {@link serverFrameSchema} describes, with fewer fields required.
 * @see PROTOCOL.md rule SF8
 */
export const receivedServerFrameSchema = z.discriminatedUnion('t', [
  receivedReadyFrameSchema,
  receivedTranscriptFrameSchema,
  toolCallFrameSchema,
  interruptionFrameSchema,
  speechFrameSchema,
  usageFrameSchema,
  errorFrameSchema,
  endFrameSchema,
  pongFrameSchema,
  serverToolCallFrameSchema,
]);

/** `ready` as a client accepts it. */
export type ReceivedReadyFrame = z.infer<typeof receivedReadyFrameSchema>;
/** `transcript` as a client accepts it. */
export type ReceivedTranscriptFrame = z.infer<typeof receivedTranscriptFrameSchema>;
/** Any text frame as a client accepts it. */
export type ReceivedServerFrame = z.infer<typeof receivedServerFrameSchema>;
