import { z } from 'zod';
import { VOICES } from './brook-wire.ts';

const n = z.int().min(1);
const skillSchema = z.strictObject({
  name: z.string().min(1),
  about: z.string(),
  args: z.record(z.string(), z.unknown()),
});

/** The client's messages, as strictly as Brook takes them. */
export const clientMessageSchema = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('begin'),
    n,
    persona: z.string(),
    voice: z.enum(VOICES),
    listen: z.enum(['auto', 'button']),
    skills: z.array(skillSchema),
    say: z.string().optional(),
    warmth: z.number().min(0).max(1).optional(),
    earlier: z.array(z.strictObject({ by: z.enum(['user', 'brook']), words: z.string() })).optional(),
  }),
  z.strictObject({ op: z.literal('done'), n }),
  z.strictObject({ op: z.literal('drop'), n }),
  z.strictObject({ op: z.literal('type'), n, words: z.string() }),
  z.strictObject({ op: z.literal('hush'), n, reply: z.int(), heard_ms: z.int().min(0).optional() }),
  z.strictObject({ op: z.literal('skill-done'), n, ask: z.string(), gives: z.string() }),
  z.strictObject({ op: z.literal('drum'), n }),
]);

/** One of the client's messages, parsed. */
export type BrookClientMessage = z.output<typeof clientMessageSchema>;
