import { z } from 'zod';

import { LIMITS } from '../limits.ts';
import { providerIdSchema } from './session-request.ts';
import { SESSION_STATUSES } from './session-status.ts';

const instantSchema = z.iso.datetime({ offset: true });
const countSchema = z.int().min(0);
const millisecondsSchema = z.number().min(0);
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
 * What is known about one session; `null` where something has not happened.
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

/** One page of the key's own sessions, newest first. */
export const sessionListSchema = z.object({
  sessions: z.array(sessionRecordSchema),
  /** Pass as `cursor` for the next page; `null` on the last one. */
  nextCursor: z.string().nullable(),
});

/** Query of `GET /v1/sessions`; values arrive as strings. */
export const sessionListQuerySchema = z.strictObject({
  limit: z.coerce
    .number(mustBeLimit)
    .int(mustBeLimit)
    .min(1, mustBeLimit)
    .max(LIMITS.listLimitMax, mustBeLimit)
    .default(LIMITS.listLimitDefault),
  cursor: z
    .string()
    .regex(/^.{1,512}$/, 'Must be the nextCursor of the previous page.')
    .optional(),
  status: z.enum(SESSION_STATUSES, `Must be one of ${SESSION_STATUSES.join(', ')}.`).optional(),
  provider: providerIdSchema.optional(),
});

/** What is known about one session. */
export type SessionRecord = z.infer<typeof sessionRecordSchema>;
/** One page of sessions. */
export type SessionList = z.infer<typeof sessionListSchema>;
/** Validated query of `GET /v1/sessions`. */
export type SessionListQuery = z.output<typeof sessionListQuerySchema>;
/** Token sums. */
export type UsageSums = z.infer<typeof usageSumsSchema>;
/** Audio milliseconds each way. */
export type AudioSums = z.infer<typeof audioSumsSchema>;
/** Time-to-first-audio figures. */
export type TimeToFirstAudio = z.infer<typeof timeToFirstAudioSchema>;
