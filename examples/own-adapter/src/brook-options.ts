import { baseUrlSchema, headersSchema, headerValueSchema, parseAdapterOptions } from '@speko/adapter-kit';
import { z } from 'zod';

/** Validates {@link BrookOptions}; unknown options are refused. */
export const brookOptionsSchema = z.strictObject({
  apiKey: headerValueSchema,
  baseUrl: baseUrlSchema.default('wss://voice.brook.example/v2'),
  headers: headersSchema.default({}),
});

/** Validated options, defaults filled in. */
export type BrookOptions = z.output<typeof brookOptionsSchema>;

/**
 * Validates the operator's options.
 *
 * @throws AdapterError `BAD_OPTIONS` naming each wrong option
 */
export function parseBrookOptions(input: unknown): BrookOptions {
  return parseAdapterOptions(brookOptionsSchema, input, 'Brook Voice');
}
