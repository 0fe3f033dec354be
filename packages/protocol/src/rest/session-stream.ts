import { z } from 'zod';

import { SESSION_STATUSES } from './session-status.ts';

/** `event: status`: the session's status, first of all and at every change. */
export const statusEventSchema = z.object({
  event: z.literal('status'),
  data: z.object({
    sessionId: z.string().min(1),
    status: z.enum(SESSION_STATUSES),
    at: z.iso.datetime({ offset: true }),
  }),
});

/** `event: transcript`: what the client is sent as `transcript`, plus the session time. */
export const transcriptEventSchema = z.object({
  event: z.literal('transcript'),
  data: z.object({
    sessionId: z.string().min(1),
    turn: z.string().min(1),
    role: z.enum(['user', 'assistant']),
    text: z.string(),
    final: z.boolean(),
    interrupted: z.boolean(),
    /** On the final of a turn that the provider broke off: why. */
    incomplete: z.string().min(1).optional(),
    startMs: z.number().min(0).nullable(),
    /** Session time of this event, in milliseconds. */
    atMs: z.number().min(0),
  }),
});

/** `event: end`: the last event; the server then closes the stream. */
export const endEventSchema = z.object({
  event: z.literal('end'),
  data: z.object({
    sessionId: z.string().min(1),
    /** One of `END_REASONS`; `null` for a session that expired. */
    reason: z.string().nullable(),
    at: z.iso.datetime({ offset: true }),
  }),
});

/**
 * One server-sent event of `GET /v1/sessions/{id}/stream`: its name, and its `data` line as JSON.
 * @see PROTOCOL.md rule SR6
 */
export const sessionStreamEventSchema = z.discriminatedUnion('event', [
  statusEventSchema,
  transcriptEventSchema,
  endEventSchema,
]);

/** `event: status`. */
export type StatusEvent = z.infer<typeof statusEventSchema>;
/** `event: transcript`. */
export type TranscriptEvent = z.infer<typeof transcriptEventSchema>;
/** `event: end`. */
export type EndEvent = z.infer<typeof endEventSchema>;
/** Any event of a session's stream. */
export type SessionStreamEvent = z.infer<typeof sessionStreamEventSchema>;
