import { z } from 'zod';

/**
 * Capabilities of a session with this provider, as flat booleans. Clients accept unknown flags.
 * @see PROTOCOL.md rule SF2
 */
export const capabilitiesSchema = z.object({
  /** The provider detects the end of a turn by itself. */
  turnDetectionAuto: z.boolean(),
  /** Turns may be ended by `commit` alone. */
  turnDetectionManual: z.boolean(),
  /** `control` `commit` has an effect. */
  commit: z.boolean(),
  /** `control` `clear` has an effect. */
  clear: z.boolean(),
  /** The provider stops generating on `interrupt`; the gateway stops delivering in any case. */
  interrupt: z.boolean(),
  /** The provider can be told how much of a turn was heard. */
  truncate: z.boolean(),
  /** `text` is accepted. */
  text: z.boolean(),
  /** Tools may be declared. */
  tools: z.boolean(),
  /** One response may hold several tool calls. */
  parallelTools: z.boolean(),
  /** `firstMessage` is spoken. */
  firstMessage: z.boolean(),
  /** `s2s.temperature` has an effect. */
  temperature: z.boolean(),
  /** `s2s.voice` has an effect. */
  voice: z.boolean(),
  /** User speech is transcribed. */
  userTranscript: z.boolean(),
  /** Assistant speech is transcribed. */
  assistantTranscript: z.boolean(),
  /** Token usage is reported. */
  usage: z.boolean(),
  /** The provider's session survives a reconnection. */
  resumption: z.boolean(),
  /** The model listens while it speaks, without turns. */
  fullDuplex: z.boolean(),
});

/** Capabilities of a session with this provider. */
export type Capabilities = z.infer<typeof capabilitiesSchema>;
