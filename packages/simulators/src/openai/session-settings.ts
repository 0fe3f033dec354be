import { z } from 'zod';
import { refusalOf, VendorError } from './vendor-error.ts';

const formatSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24000).default(24000) }),
  z.strictObject({ type: z.literal('audio/pcmu') }),
  z.strictObject({ type: z.literal('audio/pcma') }),
]);

const transcriptionSchema = z.strictObject({
  model: z.string(),
  language: z.string().optional(),
  languages: z.array(z.string()).optional(),
  keywords: z.array(z.string()).optional(),
  prompt: z.string().optional(),
  delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
});

const turnDetectionSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('server_vad'),
    threshold: z.number().min(0).max(1).default(0.5),
    prefix_padding_ms: z.int().min(0).default(300),
    silence_duration_ms: z.int().min(0).default(200),
    idle_timeout_ms: z.int().min(5000).max(30_000).nullable().default(null),
    create_response: z.boolean().default(true),
    interrupt_response: z.boolean().default(true),
  }),
  z.strictObject({
    type: z.literal('semantic_vad'),
    eagerness: z.enum(['auto', 'low', 'medium', 'high']).default('auto'),
    create_response: z.boolean().default(true),
    interrupt_response: z.boolean().default(true),
  }),
]);

const noiseReductionSchema = z.strictObject({
  type: z.enum(['near_field', 'far_field']),
  strength: z.number().optional(),
});

const voiceSchema = z.union([z.string(), z.strictObject({ id: z.string() })]);

const functionToolSchema = z.strictObject({
  type: z.literal('function'),
  name: z.string(),
  description: z.string().optional(),
  parameters: z.unknown().optional(),
});

const mcpToolSchema = z.looseObject({ type: z.literal('mcp'), server_label: z.string() });

/** Tools and their choice, of sessions and of single responses. */
export const toolsSchema = z.array(z.discriminatedUnion('type', [functionToolSchema, mcpToolSchema]));

export const toolChoiceSchema = z.union([
  z.enum(['auto', 'none', 'required']),
  z.looseObject({ type: z.enum(['function', 'mcp']) }),
]);

export const modalitiesSchema = z.array(z.enum(['audio', 'text'])).min(1);
export const maxTokensSchema = z.union([z.int().min(1).max(4096), z.literal('inf')]);
export const reasoningSchema = z.strictObject({ effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']) });
export const audioOutputSchema = z.strictObject({
  format: formatSchema.optional(),
  voice: voiceSchema.optional(),
  speed: z.number().min(0.25).max(1.5).optional(),
});

const sessionUpdateSchema = z.strictObject({
  type: z.literal('realtime'),
  model: z.string().optional(),
  instructions: z.string().optional(),
  output_modalities: modalitiesSchema.optional(),
  audio: z
    .strictObject({
      input: z
        .strictObject({
          format: formatSchema.optional(),
          transcription: transcriptionSchema.nullable().optional(),
          noise_reduction: noiseReductionSchema.nullable().optional(),
          turn_detection: turnDetectionSchema.nullable().optional(),
        })
        .optional(),
      output: audioOutputSchema.optional(),
    })
    .optional(),
  tools: toolsSchema.optional(),
  tool_choice: toolChoiceSchema.optional(),
  parallel_tool_calls: z.boolean().optional(),
  // LiveKit takes these three back with a null.
  reasoning: reasoningSchema.nullable().optional(),
  max_output_tokens: maxTokensSchema.nullable().optional(),
  truncation: z
    .union([
      z.enum(['auto', 'disabled']),
      z.strictObject({
        type: z.literal('retention_ratio'),
        retention_ratio: z.number().min(0).max(1),
        token_limits: z.strictObject({ post_instructions: z.int().optional() }).optional(),
      }),
    ])
    .nullable()
    .optional(),
  tracing: z
    .union([
      z.literal('auto'),
      z.strictObject({
        workflow_name: z.string().optional(),
        group_id: z.string().optional(),
        metadata: z.unknown().optional(),
      }),
    ])
    .nullable()
    .optional(),
  prompt: z.looseObject({ id: z.string() }).nullable().optional(),
  include: z.array(z.literal('item.input_audio_transcription.logprobs')).nullable().optional(),
});

export type AudioFormat = z.output<typeof formatSchema>;
export type TurnDetectionSetting = z.output<typeof turnDetectionSchema>;
export type SessionUpdateFields = z.output<typeof sessionUpdateSchema>;

/** The effective configuration of a simulated session, as the vendor echoes it. */
export interface SimulatedSession {
  type: 'realtime';
  object: 'realtime.session';
  id: string;
  model: string;
  expires_at: number;
  output_modalities: ('audio' | 'text')[];
  instructions: string;
  tools: z.output<typeof toolsSchema>;
  tool_choice: z.output<typeof toolChoiceSchema>;
  max_output_tokens: number | 'inf';
  truncation: NonNullable<SessionUpdateFields['truncation']>;
  tracing: Exclude<SessionUpdateFields['tracing'], undefined>;
  prompt: Exclude<SessionUpdateFields['prompt'], undefined>;
  include: Exclude<SessionUpdateFields['include'], undefined>;
  parallel_tool_calls?: boolean;
  reasoning?: z.output<typeof reasoningSchema>;
  audio: {
    input: {
      format: AudioFormat;
      transcription: z.output<typeof transcriptionSchema> | null;
      noise_reduction: z.output<typeof noiseReductionSchema> | null;
      turn_detection: TurnDetectionSetting | null;
    };
    output: { format: AudioFormat; voice: z.output<typeof voiceSchema>; speed: number };
  };
}

/** A session before its first update. */
export function defaultSession(options: { id: string; model: string; expiresAtSeconds: number }): SimulatedSession {
  return {
    type: 'realtime',
    object: 'realtime.session',
    id: options.id,
    model: options.model,
    expires_at: options.expiresAtSeconds,
    output_modalities: ['audio'],
    instructions: 'You are a helpful assistant in a simulation.',
    tools: [],
    tool_choice: 'auto',
    max_output_tokens: 'inf',
    truncation: 'auto',
    tracing: null,
    prompt: null,
    include: null,
    audio: {
      input: {
        format: { type: 'audio/pcm', rate: 24000 },
        transcription: null,
        noise_reduction: null,
        turn_detection: {
          type: 'server_vad',
          threshold: 0.5,
          prefix_padding_ms: 300,
          silence_duration_ms: 200,
          idle_timeout_ms: null,
          create_response: true,
          interrupt_response: true,
        },
      },
      output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'alloy', speed: 1 },
    },
  };
}

/**
 * The session after an update: only what is present changes.
 *
 * @throws VendorError, and then nothing has changed
 */
export function updateSession(session: SimulatedSession, update: unknown, hasSpoken: boolean): SimulatedSession {
  const parsed = z.strictObject({ session: sessionUpdateSchema }).safeParse({ session: update }, { reportInput: true });
  if (!parsed.success) throw refusalOf(parsed.error);
  const { audio, reasoning, max_output_tokens: maxTokens, truncation, ...rest } = parsed.data.session;
  refuseUnlessPossible(session, parsed.data.session, hasSpoken);
  return defined({
    ...session,
    ...rest,
    reasoning: reasoning === null ? undefined : (reasoning ?? session.reasoning),
    max_output_tokens: maxTokens === null ? 'inf' : (maxTokens ?? session.max_output_tokens),
    truncation: truncation === null ? 'auto' : (truncation ?? session.truncation),
    audio: {
      input: defined({ ...session.audio.input, ...audio?.input }),
      output: defined({ ...session.audio.output, ...audio?.output }),
    },
  }) as SimulatedSession;
}

/** @throws VendorError */
export function refuseTwoModalities(modalities: readonly string[] | undefined, param: string): void {
  if (new Set(modalities).size < 2) return;
  throw new VendorError({
    code: 'invalid_value',
    message: "Invalid modalities: ['audio', 'text']. Supported combinations are: ['text'] and ['audio'].",
    param,
  });
}

function refuseUnlessPossible(session: SimulatedSession, update: SessionUpdateFields, hasSpoken: boolean): void {
  refuseTwoModalities(update.output_modalities, 'session.output_modalities');
  if (update.model !== undefined && update.model !== session.model) {
    throw new VendorError({
      code: 'invalid_value',
      message: 'The model of a running session cannot be changed.',
      param: 'session.model',
    });
  }
  const voice = update.audio?.output?.voice;
  if (hasSpoken && voice !== undefined && JSON.stringify(voice) !== JSON.stringify(session.audio.output.voice)) {
    throw new VendorError({
      code: 'cannot_update_voice',
      message: "Cannot update a conversation's voice if assistant audio is present.",
    });
  }
  if ((update.reasoning ?? undefined) !== undefined && !session.model.startsWith('gpt-realtime-2')) {
    throw new VendorError({
      code: 'invalid_value',
      message: `The model '${session.model}' does not support reasoning.`,
      param: 'session.reasoning',
    });
  }
}

/** An absent field of an update is no field at all. */
function defined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Value;
}
