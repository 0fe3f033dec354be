import { baseUrlSchema, headersSchema, headerValueSchema, parseAdapterOptions } from '@speko/adapter-kit';
import { z } from 'zod';

// Step 3: what an operator may set, and nothing else. Every option but the key has a default.

/** Validates {@link AcmeOptions}; unknown options are refused. */
export const acmeOptionsSchema = z.strictObject({
  apiKey: headerValueSchema,
  baseUrl: baseUrlSchema.default('https://api.acme.example/v1'),
  headers: headersSchema.default({}),
});

/** Validated options, defaults filled in. */
export type AcmeOptions = z.output<typeof acmeOptionsSchema>;

/**
 * Validates the operator's options.
 *
 * @throws AdapterError `BAD_OPTIONS` naming each wrong option
 */
export function parseAcmeOptions(input: unknown): AcmeOptions {
  return parseAdapterOptions(acmeOptionsSchema, input, 'Acme');
}
