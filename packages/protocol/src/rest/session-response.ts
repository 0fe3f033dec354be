import { z } from 'zod';
import { SAMPLE_RATES } from '../limits.ts';

/**
 * Body of the 201 answer to `POST /v1/sessions`. Clients accept more fields than these.
 * @see PROTOCOL.md rules RS12 to RS14 and RS25
 */
export const createSessionResponseSchema = z.object({
  mode: z.literal('s2s'),
  /** Unguessable; ids sort by time of creation. */
  sessionId: z.string().min(1),
  /** Absolute `ws://` or `wss://` URL of this session's WebSocket. */
  wsUrl: z.string().regex(/^wss?:\/\//),
  /** Single-use; goes first in the WebSocket's subprotocols. */
  wsToken: z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/),
  /** Rate of the client's audio, in Hz. */
  inputSampleRate: z.literal(SAMPLE_RATES),
  /** Rate of the assistant's audio, in Hz. */
  outputSampleRate: z.literal(SAMPLE_RATES),
  /** Instant at which `wsToken` stops opening a connection. */
  expiresAt: z.iso.datetime({ offset: true }),
  /** Granted duration, in seconds, after the cap. */
  maxDurationSeconds: z.int().min(1),
  /**
   * Paths of what the request holds and nothing here has a use for, as far as that is known before the provider is
   * asked: fields of the hosted API such as `agentId`, and settings such as `s2s.temperature`. `ready.ignored` lists
   * them too, and what the provider itself turns out to have no use for. A gateway of before that does not say.
   */
  ignored: z.array(z.string()).optional(),
});

/** Body of the 201 answer to `POST /v1/sessions`. */
export type CreateSessionResponse = z.infer<typeof createSessionResponseSchema>;
