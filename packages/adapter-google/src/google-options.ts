import { baseUrlSchema, headersSchema, headerValueSchema, parseAdapterOptions } from '@speko/adapter-kit';
import { z } from 'zod';
import { MODEL_PROFILE_NAMES } from './model-profiles.ts';

const RESOURCE_NAME = /^[A-Za-z0-9][A-Za-z0-9.:_-]*$/;

const resourceName = z.string().regex(RESOURCE_NAME, 'must be a name as the Google Cloud console shows it');

const vertexSchema = z.strictObject({
  project: resourceName,
  location: resourceName.default('us-central1'),
  /** An OAuth2 access token, or a function that returns the current one; it is asked for every connection. */
  accessToken: z.union([headerValueSchema, z.custom<() => string>((value) => typeof value === 'function')], {
    error: 'must be an OAuth2 access token, or a function that returns the current one',
  }),
});

const turnDetectionSchema = z.strictObject({
  // Always sent: the vendor documents no default, and forced ends of turns are timed by it.
  silenceDurationMs: z.int().min(0).max(10_000).default(600),
  prefixPaddingMs: z.int().min(0).max(10_000).default(200),
  startSensitivity: z.enum(['high', 'low']).optional(),
  endSensitivity: z.enum(['high', 'low']).optional(),
  bargeIn: z.boolean().default(true),
});

const compressionSchema = z.strictObject({
  triggerTokens: z.int().min(1000).default(64_000),
  targetTokens: z.int().min(500).default(32_000),
});

/** Validates {@link GoogleOptions}; unknown options are refused. */
export const googleOptionsSchema = z
  .strictObject({
    apiKey: headerValueSchema.optional(),
    vertex: vertexSchema.optional(),
    baseUrl: baseUrlSchema.optional(),
    apiVersion: z
      .string()
      .regex(/^v\d[a-z0-9]*$/, 'must be a version such as v1beta')
      .optional(),
    headers: headersSchema.default({}),
    profile: z.enum(MODEL_PROFILE_NAMES).optional(),
    defaultVoice: z.string().min(1).optional(),
    turnDetection: turnDetectionSchema.default(turnDetectionSchema.parse({})),
    thinkingLevel: z.enum(['minimal', 'low', 'medium', 'high']).optional(),
    thinkingBudget: z.int().min(0).optional(),
    toolBehavior: z.enum(['blocking', 'background']).optional(),
    maxOutputTokens: z.int().min(1).optional(),
    contextCompression: z.union([z.literal(false), compressionSchema]).default(compressionSchema.parse({})),
    interruptBy: z.enum(['muting', 'client-content']).default('muting'),
  })
  .refine(({ apiKey, vertex }) => (apiKey === undefined) !== (vertex === undefined), {
    path: ['apiKey'],
    error: 'must be set for the Gemini API, or else vertex for Vertex AI; one of the two',
  });

/** Options of `createGoogle().parseOptions`, as an operator writes them. See the README for each one's meaning. */
export type GoogleOptionsInput = z.input<typeof googleOptionsSchema>;

/** Validated options, defaults filled in. */
export type GoogleOptions = z.output<typeof googleOptionsSchema>;

/**
 * Validates the operator's options.
 *
 * @throws AdapterError `BAD_OPTIONS` naming each wrong option
 */
export function parseGoogleOptions(input: unknown): GoogleOptions {
  return parseAdapterOptions(googleOptionsSchema, input, 'Google');
}
