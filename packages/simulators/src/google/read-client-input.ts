import { z } from 'zod';

/** Anything at all, so that `{}` is told from its absence. */
const present = z.unknown().optional();

export const realtimeInputSchema = z.object({
  audio: z.object({ mimeType: z.string(), data: z.string() }).optional(),
  text: z.string().optional(),
  activityStart: present,
  activityEnd: present,
  audioStreamEnd: z.boolean().optional(),
});

/** `realtimeInput`, as far as the simulation listens. */
export type RealtimeInput = z.output<typeof realtimeInputSchema>;

export const clientContentSchema = z.object({
  turns: z
    .array(
      z.object({
        role: z.enum(['user', 'model']).optional(),
        parts: z.array(z.object({ text: z.string().optional() })).default([]),
      }),
    )
    .default([]),
  turnComplete: z.boolean().default(false),
});

const functionResponseSchema = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  response: z.record(z.string(), z.unknown()),
  scheduling: z.string().optional(),
});

/** The result of one call. */
export type SimulatedFunctionResponse = z.output<typeof functionResponseSchema>;

export const toolResponseSchema = z.object({ functionResponses: z.array(functionResponseSchema).min(1) });
