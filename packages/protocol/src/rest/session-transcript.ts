import { z } from 'zod';

/** The final text of one turn and role. */
export const transcriptEntrySchema = z.object({
  turn: z.string().min(1),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  /** Whether the turn was cut; `text` is then what was heard, where that is known. */
  interrupted: z.boolean(),
  /** Why the provider broke the turn off, such as `content_filter` or `max_output_tokens`; absent where it did not. */
  incomplete: z.string().min(1).optional(),
  /** Session time at which it was spoken, in milliseconds; `null` where unknown. */
  startMs: z.number().min(0).nullable(),
  /** Session time at which the text became final, in milliseconds. */
  atMs: z.number().min(0),
});

/**
 * A final text in an answer: beside what it is, the names by which clients of Speko's hosted API know the same.
 * @see PROTOCOL.md rule SR5
 */
export const listedEntrySchema = transcriptEntrySchema.extend({
  /** As `turn`. */
  id: z.string().min(1),
  /** Place among the session's texts, from 0. */
  index: z.int().min(0),
  /** `agent` for the assistant. */
  source: z.enum(['user', 'agent']),
  /** When it was spoken, by `startMs`, or by `atMs` where that is unknown. */
  startedAt: z.iso.datetime({ offset: true }),
  /** When the text became final; `null` while it is not. */
  endedAt: z.iso.datetime({ offset: true }).nullable(),
  provider: z.string().min(1),
  model: z.string().min(1),
  /** Never measured here, like the four that follow. */
  eouMs: z.null(),
  llmTtftMs: z.null(),
  ttsTtfbMs: z.null(),
  conversationalLatencyMs: z.null(),
  latencyStatus: z.null(),
  /** Always empty: tool calls are not kept. */
  toolCalls: z.array(z.object({ name: z.string(), args: z.string() })),
});

/**
 * Body of `GET /v1/sessions/{id}/transcript`: final texts in the order in which they were spoken.
 * @see PROTOCOL.md rule SR5
 */
export const transcriptSchema = z.object({
  sessionId: z.string().min(1),
  entries: z.array(listedEntrySchema),
});

/** The final text of one turn and role. */
export type TranscriptEntry = z.infer<typeof transcriptEntrySchema>;
/** A final text in an answer. */
export type ListedEntry = z.infer<typeof listedEntrySchema>;
/** A session's transcript. */
export type Transcript = z.infer<typeof transcriptSchema>;
