import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { providerIdSchema } from './session-request.ts';
import { SESSION_STATUSES } from './session-status.ts';

const instantSchema = z.iso.datetime({ offset: true });
const countSchema = z.int().min(0);
const millisecondsSchema = z.number().min(0);
const MUST_BE_CURSOR =
  'Not a cursor of this gateway; pass "nextCursor" of the previous page unchanged, or leave it out.';
const mustBeLimit = `Must be a whole number from 1 to ${LIMITS.listLimitMax}.`;

/** Token sums; a kind the provider never reports stays 0. */
export const usageSumsSchema = z.object({
  /** How many `usage` reports are summed here. */
  responses: countSchema,
  inputAudioTokens: countSchema,
  outputAudioTokens: countSchema,
  inputTextTokens: countSchema,
  outputTextTokens: countSchema,
  cachedTokens: countSchema,
});

/** Audio that crossed the client's socket, in milliseconds each way. */
export const audioSumsSchema = z.object({
  inputMs: millisecondsSchema,
  outputMs: millisecondsSchema,
});

/** From the end of the user's turn to the first audio of the reply, over the turns of one session. */
export const timeToFirstAudioSchema = z.object({
  count: countSchema,
  medianMs: millisecondsSchema.nullable(),
  p95Ms: millisecondsSchema.nullable(),
});

/**
 * A session's record; `null` for anything that has not happened.
 * @see PROTOCOL.md rules SR1 and SR2
 */
export const sessionRecordSchema = z.object({
  id: z.string().min(1),
  mode: z.literal('s2s'),
  provider: z.string().min(1),
  model: z.string().min(1),
  voice: z.string().nullable(),
  status: z.enum(SESSION_STATUSES),
  createdAt: instantSchema,
  connectedAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
  /** One of `END_REASONS`. */
  endReason: z.string().nullable(),
  /** From connection to end, or to now while active, in milliseconds. */
  durationMs: millisecondsSchema.nullable(),
  maxDurationSeconds: z.int().min(1),
  metadata: z.record(z.string(), z.unknown()),
  usage: usageSumsSchema,
  audio: audioSumsSchema,
  timeToFirstAudio: timeToFirstAudioSchema,
  lastError: z.object({ code: z.string(), message: z.string(), at: instantSchema }).nullable(),
});

/** The short form of a session in a list, by the names of Speko's hosted API. */
export const sessionEntrySchema = z.object({
  sessionId: z.string().min(1),
  kind: z.literal('s2s'),
  status: z.enum(SESSION_STATUSES),
  createdAt: instantSchema,
});

/**
 * One page of the key's own sessions, newest first.
 * @see PROTOCOL.md rule SR4
 */
export const sessionListSchema = z.object({
  sessions: z.array(sessionRecordSchema),
  /** The same sessions in the same order, as clients of the hosted API read them. */
  entries: z.array(sessionEntrySchema),
  /** Pass as `cursor` for the next page; `null` on the last one. */
  nextCursor: z.string().nullable(),
});

/** A `nextCursor`: where a page of sessions ended, as milliseconds and id. For clients it is a text like any other. */
export const pageCursorSchema = z.string(MUST_BE_CURSOR).regex(/^[0-9]{1,15}\.[A-Za-z0-9_-]{1,64}$/, MUST_BE_CURSOR);

/** Query of `GET /v1/sessions`; values arrive as strings. */
export const sessionListQuerySchema = z.strictObject({
  limit: z
    .preprocess(
      // `Number` also reads `0x10`, `1e2` and `+5`, which no client writes on purpose.
      (text) => (typeof text === 'string' && !/^[0-9]{1,3}$/.test(text) ? NaN : text),
      z.coerce.number(mustBeLimit).int(mustBeLimit).min(1, mustBeLimit).max(LIMITS.listLimitMax, mustBeLimit),
    )
    .default(LIMITS.listLimitDefault),
  cursor: pageCursorSchema.optional(),
  status: z.enum(SESSION_STATUSES, `Must be one of ${SESSION_STATUSES.join(', ')}.`).optional(),
  provider: providerIdSchema.optional(),
});

/** A session's record. */
export type SessionRecord = z.infer<typeof sessionRecordSchema>;
/** One page of sessions. */
export type SessionList = z.infer<typeof sessionListSchema>;
/** The short form of a session in a list. */
export type SessionEntry = z.infer<typeof sessionEntrySchema>;
/** Validated query of `GET /v1/sessions`. */
export type SessionListQuery = z.output<typeof sessionListQuerySchema>;
/** Token sums. */
export type UsageSums = z.infer<typeof usageSumsSchema>;
/** Audio milliseconds each way. */
export type AudioSums = z.infer<typeof audioSumsSchema>;
/** Time-to-first-audio figures. */
export type TimeToFirstAudio = z.infer<typeof timeToFirstAudioSchema>;
