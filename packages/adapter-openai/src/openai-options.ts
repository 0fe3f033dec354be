import {
  baseUrlSchema,
  headersSchema,
  headerValueSchema,
  parseAdapterOptions,
  webSocketBase,
} from '@speko/adapter-kit';
import { z } from 'zod';

const serverVadSchema = z.strictObject({
  type: z.literal('server_vad'),
  threshold: z.number().min(0).max(1).default(0.5),
  prefixPaddingMs: z.int().min(0).max(10_000).default(300),
  // Always sent: the vendor's documentation and its servers disagree about the default.
  silenceDurationMs: z.int().min(0).max(10_000).default(500),
  idleTimeoutMs: z.int().min(5000).max(30_000).optional(),
});

const semanticVadSchema = z.strictObject({
  type: z.literal('semantic_vad'),
  eagerness: z.enum(['auto', 'low', 'medium', 'high']).default('auto'),
});

const azureSchema = z.strictObject({
  endpoint: baseUrlSchema.refine(
    hasNoPath,
    'must be the https:// address of the Azure resource, without path or query',
  ),
  deployment: z.string().min(1).optional(),
  apiVersion: z.string().min(1).optional(),
});

/** Validates {@link OpenAIOptions}; unknown options are refused. */
export const openAIOptionsSchema = z
  .strictObject({
    apiKey: headerValueSchema,
    baseUrl: baseUrlSchema.default('https://api.openai.com/v1'),
    dialect: z.enum(['ga', 'beta', 'auto']).default('ga'),
    authStyle: z.enum(['bearer', 'api-key']).optional(),
    headers: headersSchema.default({}),
    organization: headerValueSchema.optional(),
    project: headerValueSchema.optional(),
    azure: azureSchema.optional(),
    transcriptionModel: z.string().min(1).optional(),
    transcriptionLanguage: z.string().min(2).optional(),
    transcriptionPrompt: z.string().min(1).optional(),
    turnDetection: z
      .discriminatedUnion('type', [serverVadSchema, semanticVadSchema])
      .default({ type: 'server_vad', threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs: 500 }),
    noiseReduction: z.enum(['near_field', 'far_field']).optional(),
    defaultVoice: z.string().min(1).optional(),
    speed: z.number().min(0.25).max(1.5).optional(),
    maxOutputTokens: z.int().min(1).max(4096).optional(),
    reasoningEffort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
    safetyIdentifier: z.enum(['session', 'none']).default('session'),
  })
  .refine(
    (options) => options.azure?.apiVersion === undefined || options.dialect !== 'ga' || options.azure === undefined,
    {
      path: ['dialect'],
      error: 'must be "beta" or "auto" with azure.apiVersion: dated Azure versions speak the beta dialect',
    },
  )
  .refine((options) => options.azure === undefined || options.transcriptionModel !== undefined, {
    path: ['transcriptionModel'],
    error:
      'must be set with azure: name the deployment of a transcription model, since Azure knows models by deployment',
  })
  .transform((options) => ({ ...options, transcriptionModel: options.transcriptionModel ?? 'gpt-transcribe' }));

/** Options of `createOpenAI().parseOptions`, as an operator writes them. See the README for each one's meaning. */
export type OpenAIOptionsInput = z.input<typeof openAIOptionsSchema>;

/** Validated options, defaults filled in. */
export type OpenAIOptions = z.output<typeof openAIOptionsSchema>;

/**
 * Validates the operator's options.
 *
 * @throws {@link AdapterError} `BAD_OPTIONS` naming each wrong option
 */
export function parseOpenAIOptions(input: unknown): OpenAIOptions {
  return parseAdapterOptions(openAIOptionsSchema, input, 'OpenAI');
}

function hasNoPath(address: string): boolean {
  return webSocketBase(address).split('/').length === 3;
}
