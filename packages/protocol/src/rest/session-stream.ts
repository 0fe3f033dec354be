import { z } from 'zod';
import { SESSION_STATUSES } from './session-status.ts';
import { listedEntrySchema } from './session-transcript.ts';

const MUST_BE_CURSOR = 'Must be "<highest index so far, or -1>:<epoch milliseconds>", such as "-1:0".';

/** `event: status`: the session's status, first of all and at every change. */
export const statusEventSchema = z.object({
  event: z.literal('status'),
  data: z.object({
    sessionId: z.string().min(1),
    status: z.enum(SESSION_STATUSES),
    at: z.iso.datetime({ offset: true }),
    /** As `at` once the session is over, else `null`. */
    endedAt: z.iso.datetime({ offset: true }).nullable(),
  }),
});

/**
 * `event: transcript`: an entry of the transcript, or what there is of it so far. `index` counts finals as they come; a
 * text that is not final has the next one.
 */
export const transcriptEventSchema = z.object({
  event: z.literal('transcript'),
  data: listedEntrySchema.extend({ sessionId: z.string().min(1), final: z.boolean() }),
});

/** `event: end`: the last event; the server then closes the stream. */
export const endEventSchema = z.object({
  event: z.literal('end'),
  data: z.object({
    sessionId: z.string().min(1),
    /** One of `END_REASONS`; `null` for a session that expired. With `cursor` always `session_ended`. */
    reason: z.string().nullable(),
    /** One of `END_REASONS`, with `cursor` too; `null` for a session that expired. */
    endReason: z.string().nullable(),
    at: z.iso.datetime({ offset: true }),
  }),
});

/**
 * Query of `GET /v1/sessions/{id}/stream`. `cursor` is what clients of Speko's hosted API send: the highest `index` they
 * have, -1 before the first, and an instant in epoch milliseconds that says nothing here.
 */
export const sessionStreamQuerySchema = z.strictObject({
  cursor: z
    .string(MUST_BE_CURSOR)
    .regex(/^(?:-1|[0-9]{1,9}):[0-9]{1,15}$/, MUST_BE_CURSOR)
    .optional(),
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
