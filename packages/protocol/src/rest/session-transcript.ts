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
 * Body of `GET /v1/sessions/{id}/transcript`: final texts in the order in which they were spoken.
 * @see PROTOCOL.md rule SR5
 */
export const transcriptSchema = z.object({
  sessionId: z.string().min(1),
  entries: z.array(transcriptEntrySchema),
});

/** The final text of one turn and role. */
export type TranscriptEntry = z.infer<typeof transcriptEntrySchema>;
/** A session's transcript. */
export type Transcript = z.infer<typeof transcriptSchema>;
