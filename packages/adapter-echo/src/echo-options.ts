import { AdapterError } from '@speko/adapter';
import { z } from 'zod';

const echoOptionsSchema = z.strictObject({
  speed: z.number().min(1).max(50).default(4),
  hangoverMs: z.number().int().min(100).max(3000).default(550),
});

/** Settings of the echo provider, as `parseOptions` completes them: it takes any part of them, also none. */
export interface EchoOptions {
  /**
   * How many seconds of answer are delivered per second, 1 to 50. Vendors generate faster than real time too.
   * @defaultValue 4
   */
  readonly speed: number;
  /**
   * How much silence ends the user's turn, milliseconds of received audio, 100 to 3000.
   * @defaultValue 550
   */
  readonly hangoverMs: number;
}

/** @throws AdapterError `BAD_OPTIONS` */
export function parseEchoOptions(input: unknown): EchoOptions {
  const parsed = echoOptionsSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new AdapterError({
    code: 'BAD_OPTIONS',
    message: `Echo option ${path === '' ? '' : `"${path}" `}cannot be used: ${issue?.message ?? 'not an object'}. Set speed (1 to 50) and hangoverMs (100 to 3000), or nothing.`,
  });
}
