import { z } from 'zod';
import { audioSumsSchema, usageSumsSchema } from './session-record.ts';

/** A date or an instant. */
export const boundarySchema = z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
  error: 'Must be an ISO 8601 date or instant, such as 2026-01-31 or 2026-01-31T12:00:00Z.',
});

/** Query of `GET /v1/usage`: sessions created at or after `from` and before `to`. A bare date is its midnight in UTC. */
export const usageQuerySchema = z
  .strictObject({
    /** @defaultValue 30 days before `to` */
    from: boundarySchema.optional(),
    /** @defaultValue now */
    to: boundarySchema.optional(),
  })
  .refine(
    (query) => query.from === undefined || query.to === undefined || Date.parse(query.from) < Date.parse(query.to),
    {
      path: ['from'],
      error: 'Must be earlier than "to".',
    },
  );

/** Sums of one provider and model. */
export const usageRowSchema = z.object({
  provider: z.string().min(1),
  model: z.string().min(1),
  sessions: z.int().min(0),
  /** Sum of session durations, in milliseconds. */
  durationMs: z.number().min(0),
  usage: usageSumsSchema,
  audio: audioSumsSchema,
});

/**
 * Body of `GET /v1/usage`: the key's own usage, one row per provider and model.
 * @see PROTOCOL.md rule SR8
 */
export const usageReportSchema = z.object({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  rows: z.array(usageRowSchema),
});

/** Validated query of `GET /v1/usage`. */
export type UsageQuery = z.output<typeof usageQuerySchema>;
/** Sums of one provider and model. */
export type UsageRow = z.infer<typeof usageRowSchema>;
/** Usage per provider and model. */
export type UsageReport = z.infer<typeof usageReportSchema>;
