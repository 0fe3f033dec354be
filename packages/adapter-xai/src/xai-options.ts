import { baseUrlSchema, headersSchema, headerValueSchema, parseAdapterOptions } from '@speko/adapter-kit';
import { z } from 'zod';

const turnDetectionSchema = z.strictObject({
  threshold: z.number().min(0.1).max(0.9).default(0.85),
  prefixPaddingMs: z.int().min(0).max(10_000).default(333),
  // Always sent: the vendor states no default.
  silenceDurationMs: z.int().min(0).max(10_000).default(500),
  idleTimeoutMs: z.int().min(1).optional(),
});

const serverToolSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('web_search'), allowedDomains: z.array(z.string().min(1)).optional() }),
  z.strictObject({ type: z.literal('x_search'), allowedXHandles: z.array(z.string().min(1)).optional() }),
  z.strictObject({
    type: z.literal('file_search'),
    vectorStoreIds: z.array(z.string().min(1)).min(1),
    maxNumResults: z.int().min(1).optional(),
  }),
  z.strictObject({
    type: z.literal('mcp'),
    serverUrl: z.string().min(1),
    serverLabel: z.string().min(1),
    serverDescription: z.string().min(1).optional(),
    allowedTools: z.array(z.string().min(1)).optional(),
    authorization: headerValueSchema.optional(),
    headers: headersSchema.optional(),
  }),
]);

/** Validates {@link XaiOptions}; unknown options are refused. */
export const xaiOptionsSchema = z.strictObject({
  apiKey: headerValueSchema,
  baseUrl: baseUrlSchema.default('https://api.x.ai/v1'),
  headers: headersSchema.default({}),
  // Always sent: the documented default and the one that speaks are not the same voice.
  defaultVoice: z.string().min(1).default('eve'),
  languageHint: z.string().min(2).optional(),
  keyterms: z.array(z.string().min(1).max(50)).max(100).optional(),
  turnDetection: turnDetectionSchema.default({ threshold: 0.85, prefixPaddingMs: 333, silenceDurationMs: 500 }),
  speed: z.number().min(0.7).max(1.5).optional(),
  reasoningEffort: z.enum(['high', 'none']).optional(),
  pronunciations: z.record(z.string().min(1), z.string().min(1)).optional(),
  serverTools: z.array(serverToolSchema).default([]),
  resumption: z.boolean().default(true),
});

/** A tool that xAI runs on its own side. */
export type XaiServerTool = z.output<typeof serverToolSchema>;

/** Options of `createXai().parseOptions`, as an operator writes them. See the README for each one's meaning. */
export type XaiOptionsInput = z.input<typeof xaiOptionsSchema>;

/** Validated options, defaults filled in. */
export type XaiOptions = z.output<typeof xaiOptionsSchema>;

/**
 * Validates the operator's options.
 *
 * @throws AdapterError `BAD_OPTIONS` naming each wrong option
 */
export function parseXaiOptions(input: unknown): XaiOptions {
  return parseAdapterOptions(xaiOptionsSchema, input, 'xAI');
}
