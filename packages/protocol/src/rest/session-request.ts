import { z } from 'zod';
import { DEFAULT_SAMPLE_RATE, LIMITS, SAMPLE_RATES } from '../limits.ts';
import { freeFormObject } from './free-form.ts';
import { TURN_DETECTION_MODES } from './session-status.ts';
import { utf8Bytes } from './utf8-bytes.ts';

const sampleRateSchema = z.literal(SAMPLE_RATES, 'Must be 16000 or 24000.');

const MUST_BE_OBJECT = 'Must be a JSON object.';
const MUST_BE_STRING = 'Must be a string.';
const MUST_BE_PROVIDER_ID =
  'Must be the id of a provider in lower case, such as "openai"; GET /v1/providers lists them.';
const modelChars = LIMITS.modelChars;
const mustBeModel = `Must be a model id of the provider, 1 to ${modelChars} characters, such as "gpt-realtime-2.1".`;
const mustBeVoice = `Must be a voice id of the provider, 1 to ${modelChars} characters; leave it out for the default.`;
const MUST_BE_TEMPERATURE = 'Must be a number from 0 to 2.';
const MUST_BE_TOOL_NAME = 'Must be 1 to 64 letters, digits, "_" or "-", and start with a letter or "_".';
const mustBeTools = `Must be an array of at most ${LIMITS.tools} tools.`;
const MUST_BE_SECONDS = 'Must be a whole number of seconds, 1 or more.';
const mustBeFirstMessage = `Must be a string of at most ${LIMITS.firstMessageChars} characters.`;

/**
 * A registered adapter's id. Which ids exist is known to the running gateway only.
 * @see PROTOCOL.md rule RS4
 */
export const providerIdSchema = z
  .string(MUST_BE_PROVIDER_ID)
  .max(LIMITS.providerIdChars, MUST_BE_PROVIDER_ID)
  .regex(/^[a-z][a-z0-9-]*$/, MUST_BE_PROVIDER_ID);

/**
 * A text of so many characters, counted as JSON Schema counts them: an emoji is one, not two. Its schema needs a note of
 * the bounds, since that is a custom check.
 */
function boundedText(min: number, max: number, error: string): z.ZodString {
  return z.string(error).refine((text) => {
    if (text.length < min) return false;
    // Counted only where it may matter.
    return text.length <= max || (text.length <= 2 * max && Array.from(text).length <= max);
  }, error);
}

/** A model id. */
export const modelSchema = boundedText(1, LIMITS.modelChars, mustBeModel);
/** A voice id. */
export const voiceSchema = boundedText(1, LIMITS.modelChars, mustBeVoice);
/** The assistant's first message. */
export const firstMessageSchema = boundedText(0, LIMITS.firstMessageChars, mustBeFirstMessage);

/** A tool the model may call; the client runs it and answers with `tool_result`. */
export const toolDefinitionSchema = z.strictObject(
  {
    name: z.string(MUST_BE_TOOL_NAME).regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, MUST_BE_TOOL_NAME),
    description: z.string(MUST_BE_STRING),
    /** A JSON Schema object; passed to the provider as it is. */
    parameters: freeFormObject('Must be a JSON Schema object, such as {"type":"object","properties":{}}.'),
  },
  MUST_BE_OBJECT,
);

/** Settings of a speech-to-speech session. Unknown fields are refused: a typo must not silently change a call. */
export const s2sRequestSchema = z.strictObject(
  {
    provider: providerIdSchema,
    /** The provider's own model id; a free string, since vendors retire models every few months. */
    model: modelSchema,
    /** The provider's own voice id. */
    voice: voiceSchema.optional(),
    systemPrompt: z.string(MUST_BE_STRING).optional(),
    temperature: z.number(MUST_BE_TEMPERATURE).min(0, MUST_BE_TEMPERATURE).max(2, MUST_BE_TEMPERATURE).optional(),
    /** Rate of the client's audio, in Hz. */
    inputSampleRate: sampleRateSchema.default(DEFAULT_SAMPLE_RATE),
    /** Rate of the assistant's audio, in Hz. */
    outputSampleRate: sampleRateSchema.default(DEFAULT_SAMPLE_RATE),
    tools: z
      .array(toolDefinitionSchema, mustBeTools)
      .max(LIMITS.tools, mustBeTools)
      .superRefine((tools, context) => {
        const seen = new Set<string>();
        for (const [index, tool] of tools.entries()) {
          if (seen.has(tool.name)) {
            context.addIssue({
              code: 'custom',
              path: [index, 'name'],
              message: 'Another tool has this name; give each its own.',
            });
          }
          seen.add(tool.name);
        }
      })
      .default([]),
    turnDetection: z.enum(TURN_DETECTION_MODES, 'Must be "auto" or "manual".').default('auto'),
  },
  MUST_BE_OBJECT,
);

/** Free-form object kept on the session record, at most 16 KiB as compact UTF-8 JSON. */
export const metadataSchema = freeFormObject(MUST_BE_OBJECT).refine(
  (value) => utf8Bytes(JSON.stringify(value)) <= LIMITS.metadataBytes,
  `Must be at most ${LIMITS.metadataBytes} bytes as JSON; keep large values elsewhere and store a reference.`,
);

/**
 * Fields of Speko's hosted API that mean nothing to a gateway. Any value is accepted, so that a back end
 * may keep sending them, and each one that is there is listed in `ignored`.
 * @see PROTOCOL.md rule RS25
 */
export const HOSTED_FIELDS = ['agentId', 'intent', 'webhookTags', 'identity', 'constraints', 'transport'] as const;

const hostedField = z.unknown().optional();

/**
 * Body of `POST /v1/sessions`. Strict at every level but `metadata` and a tool's `parameters`.
 * @see PROTOCOL.md rules RS3 to RS11 and RS25
 */
export const createSessionRequestSchema = z.strictObject(
  {
    mode: z.literal('s2s', 'Must be "s2s", or left out.').default('s2s'),
    s2s: s2sRequestSchema,
    metadata: metadataSchema.optional(),
    /** Longest duration wanted, in seconds. Above the gateway's cap it is lowered, not refused. */
    ttlSeconds: z.number(MUST_BE_SECONDS).multipleOf(1, MUST_BE_SECONDS).min(1, MUST_BE_SECONDS).optional(),
    /** The assistant's first message, spoken without waiting for the user. Empty means none. */
    firstMessage: firstMessageSchema.optional(),
    agentId: hostedField,
    intent: hostedField,
    webhookTags: hostedField,
    identity: hostedField,
    constraints: hostedField,
    transport: hostedField,
  } satisfies Record<(typeof HOSTED_FIELDS)[number], z.ZodType> & Record<string, z.ZodType>,
  MUST_BE_OBJECT,
);

/** Value of the `Idempotency-Key` header: 1 to 255 printable ASCII characters without spaces. */
export const idempotencyKeySchema = z
  .string()
  .regex(
    /^[!-~]{1,255}$/,
    'Idempotency-Key must be 1 to 255 printable ASCII characters without spaces, such as a UUID.',
  );

/** A validated request body, defaults filled in. */
export type CreateSessionRequest = z.output<typeof createSessionRequestSchema>;
/** A request body as a client writes it. */
export type CreateSessionRequestInput = z.input<typeof createSessionRequestSchema>;
/** Validated `s2s` part of a request, defaults filled in. */
export type S2sRequest = z.output<typeof s2sRequestSchema>;
/** A tool the model may call. */
export type ToolDefinition = z.output<typeof toolDefinitionSchema>;
