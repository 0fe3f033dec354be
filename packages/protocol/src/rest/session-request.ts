import { z } from 'zod';

import { DEFAULT_SAMPLE_RATE, LIMITS, SAMPLE_RATES } from '../limits.ts';
import { TURN_DETECTION_MODES } from './session-status.ts';
import { utf8Bytes } from './utf8-bytes.ts';

const sampleRateSchema = z.literal(SAMPLE_RATES, { error: 'Must be 16000 or 24000.' });

/**
 * A registered adapter's id. Which ids exist is known to the running gateway only.
 * @see PROTOCOL.md rule RS4
 */
export const providerIdSchema = z
  .string({ error: 'Must be the id of a provider, such as "openai"; GET /v1/providers lists them.' })
  .max(LIMITS.providerIdChars)
  .regex(/^[a-z][a-z0-9-]*$/, 'Must be the id of a provider in lower case, such as "openai"; GET /v1/providers lists them.');

/** A tool the model may call; the client runs it and answers with `tool_result`. */
export const toolDefinitionSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, 'Must be 1 to 64 letters, digits, "_" or "-", and start with a letter or "_".'),
  description: z.string(),
  /** A JSON Schema object; passed to the provider as it is. */
  parameters: z.record(z.string(), z.unknown(), { error: 'Must be a JSON Schema object, such as {"type":"object","properties":{}}.' }),
});

/** Settings of a speech-to-speech session. Unknown fields are refused: a typo must not silently change a call. */
export const s2sRequestSchema = z.strictObject({
  provider: providerIdSchema,
  /** The provider's own model id; a free string, since vendors retire models every few months. */
  model: z.string().min(1, 'Must be a model id of the provider, such as "gpt-realtime".').max(LIMITS.modelChars),
  /** The provider's own voice id. */
  voice: z.string().min(1, 'Must be a voice id of the provider; leave it out for its default.').max(LIMITS.modelChars).optional(),
  systemPrompt: z.string().optional(),
  temperature: z.number().min(0).max(2).optional(),
  /** Rate of the client's audio, in Hz. */
  inputSampleRate: sampleRateSchema.default(DEFAULT_SAMPLE_RATE),
  /** Rate of the assistant's audio, in Hz. */
  outputSampleRate: sampleRateSchema.default(DEFAULT_SAMPLE_RATE),
  tools: z
    .array(toolDefinitionSchema)
    .max(LIMITS.tools)
    .superRefine((tools, context) => {
      const seen = new Set<string>();
      for (const [index, tool] of tools.entries()) {
        if (seen.has(tool.name)) {
          context.addIssue({ code: 'custom', path: [index, 'name'], message: 'Another tool has this name; give each its own.' });
        }
        seen.add(tool.name);
      }
    })
    .default([]),
  turnDetection: z.enum(TURN_DETECTION_MODES, { error: 'Must be "auto" or "manual".' }).default('auto'),
});

/** Free-form object kept on the session record, at most 16 KiB as compact UTF-8 JSON. */
export const metadataSchema = z
  .record(z.string(), z.unknown())
  .refine((value) => utf8Bytes(JSON.stringify(value)) <= LIMITS.metadataBytes, {
    error: `Must be at most ${LIMITS.metadataBytes} bytes as JSON; keep large values elsewhere and store a reference.`,
  });

/**
 * Body of `POST /v1/sessions`. Strict at every level but `metadata` and a tool's `parameters`.
 * @see PROTOCOL.md rules RS3 to RS11
 */
export const createSessionRequestSchema = z.strictObject({
  mode: z.literal('s2s', { error: 'Must be "s2s".' }),
  s2s: s2sRequestSchema,
  metadata: metadataSchema.optional(),
  /** Longest duration wanted, in seconds. Above the gateway's cap it is lowered, not refused. */
  ttlSeconds: z.int({ error: 'Must be a whole number of seconds, 1 or more.' }).min(1, 'Must be a whole number of seconds, 1 or more.').optional(),
  /** What the assistant says first, without waiting for the user. Empty means none. */
  firstMessage: z.string().max(LIMITS.firstMessageChars).optional(),
});

/** Value of the `Idempotency-Key` header: 1 to 255 printable ASCII characters without spaces. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[!-~]{1,255}$/, 'Idempotency-Key must be 1 to 255 printable ASCII characters without spaces, such as a UUID.');

/** A validated request body, defaults filled in. */
export type CreateSessionRequest = z.output<typeof createSessionRequestSchema>;
/** A request body as a client writes it. */
export type CreateSessionRequestInput = z.input<typeof createSessionRequestSchema>;
/** Validated `s2s` part of a request, defaults filled in. */
export type S2sRequest = z.output<typeof s2sRequestSchema>;
/** A tool the model may call. */
export type ToolDefinition = z.output<typeof toolDefinitionSchema>;
