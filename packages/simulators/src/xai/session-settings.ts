import { z } from 'zod';
import { VendorError } from './vendor-error.ts';

/** The rates that can be simulated; the vendor has a few more, and other codecs. */
const RATES_HZ = [8000, 16_000, 24_000, 48_000] as const;
const DEFAULT_RATE_HZ = 24_000;
const MAX_METADATA = 16;

const formatSchema = z.looseObject({
  type: z.literal('audio/pcm', { error: 'The simulator knows audio/pcm only.' }),
  rate: orDefault(
    z.literal(RATES_HZ, { error: `The simulator knows the rates ${RATES_HZ.join(', ')}.` }),
    DEFAULT_RATE_HZ,
  ),
});

const vadSchema = z.looseObject({
  type: z.literal('server_vad'),
  threshold: orDefault(z.number().min(0.1).max(0.9), 0.85),
  prefix_padding_ms: orDefault(z.int().min(0).max(10_000), 333),
  silence_duration_ms: orDefault(z.int().min(0).max(10_000), 500),
  idle_timeout_ms: z.int().min(1).nullish(),
});

const functionSchema = z.looseObject({
  name: z.string(),
  description: z.string().nullish(),
  parameters: z.unknown().optional(),
});

/** Functions are written flat or nested; the rest the vendor runs itself. */
const toolSchema = z.union([
  z.looseObject({ type: z.literal('function'), function: functionSchema }),
  z.looseObject({ type: z.literal('function'), ...functionSchema.shape }),
  z.looseObject({ type: z.enum(['web_search', 'x_search', 'file_search', 'mcp']) }),
]);

const updateSchema = z.looseObject({
  instructions: z.string().nullish(),
  voice: z.string().nullish(),
  // A bare null means the same as the documented form.
  turn_detection: z.union([vadSchema, z.looseObject({ type: z.null() }), z.null()]).optional(),
  resumption: z.looseObject({ enabled: z.boolean() }).nullish(),
  audio: z
    .looseObject({
      input: z
        .looseObject({
          format: formatSchema.nullish(),
          transcription: z.looseObject({ model: z.string().nullish() }).nullish(),
        })
        .nullish(),
      output: z
        .looseObject({ format: formatSchema.nullish(), speed: z.number().min(0.7).max(1.5).nullish() })
        .nullish(),
    })
    .nullish(),
  tools: z.array(toolSchema).nullish(),
});

export type TurnDetectionSetting = z.output<typeof vadSchema>;

/** The effective settings of one session. */
export interface SessionSettings {
  readonly instructions: string;
  /** As it was asked for; unknown ones are replaced when it speaks. */
  readonly voice: string;
  readonly turnDetection: TurnDetectionSetting | undefined;
  readonly isResumable: boolean;
  readonly inputRateHz: number;
  readonly outputRateHz: number;
  readonly transcribes: boolean;
  readonly tools: readonly z.output<typeof toolSchema>[];
}

/** A fresh session ends no turns by itself. */
export const FRESH_SESSION: SessionSettings = {
  instructions: '',
  voice: 'ara',
  turnDetection: undefined,
  isResumable: false,
  inputRateHz: DEFAULT_RATE_HZ,
  outputRateHz: DEFAULT_RATE_HZ,
  transcribes: false,
  tools: [],
};

/**
 * The session after an update: only what is present changes, and what the vendor does not know changes nothing.
 *
 * @throws VendorError
 */
export function updateSettings(settings: SessionSettings, update: unknown): SessionSettings {
  const parsed = updateSchema.safeParse(update);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.map(String).join('.') ?? '';
    const code =
      path.endsWith('format.type') || path.endsWith('format.rate') ? 'invalid_audio_format' : 'invalid_value';
    throw new VendorError({ code, message: `Invalid value for 'session.${path}': ${issue?.message ?? ''}` });
  }
  const { instructions, voice, turn_detection: turnDetection, resumption, audio, tools } = parsed.data;
  const transcription = audio?.input?.transcription;
  return {
    instructions: instructions ?? settings.instructions,
    voice: voice ?? settings.voice,
    turnDetection:
      turnDetection === undefined
        ? settings.turnDetection
        : turnDetection?.type === 'server_vad'
          ? vadSchema.parse(turnDetection)
          : undefined,
    isResumable: resumption?.enabled ?? settings.isResumable,
    inputRateHz: audio?.input?.format?.rate ?? settings.inputRateHz,
    outputRateHz: audio?.output?.format?.rate ?? settings.outputRateHz,
    transcribes: transcription === undefined ? settings.transcribes : typeof transcription?.model === 'string',
    tools: tools ?? settings.tools,
  };
}

/** The functions among the tools. */
export function functionsOf({ tools }: SessionSettings): { name: string; parameters: unknown }[] {
  return tools.flatMap((tool) => {
    if (tool.type !== 'function') return [];
    const { name, parameters } = 'function' in tool ? (tool.function as { name: string; parameters?: unknown }) : tool;
    return [{ name: String(name), parameters }];
  });
}

/** What the vendor echoes: little of it is what was asked for. */
export function echoSettings(settings: SessionSettings, voice: string | undefined): Record<string, unknown> {
  return {
    object: 'realtime.session',
    instructions: settings.instructions,
    ...(voice === undefined ? {} : { voice }),
    turn_detection: settings.turnDetection ?? {},
    tools: settings.tools.map((tool) => {
      if (tool.type !== 'function' || 'function' in tool) return tool;
      const { type, ...definition } = tool;
      return { type, function: definition };
    }),
    modalities: ['audio'],
    input_audio_format: 'not specified',
    output_audio_format: 'not specified',
    input_audio_transcription: settings.transcribes ? { model: 'grok-transcribe' } : null,
    tool_choice: 'auto',
    temperature: -1,
    max_response_output_tokens: 'inf',
    enable_noise_suppression: false,
    keep_context: true,
    enable_phonetic_spelling: false,
    audio: {
      input: { format: { type: 'audio/pcm', rate: settings.inputRateHz }, transport: 'json' },
      output: { format: { type: 'audio/pcm', rate: settings.outputRateHz }, transport: 'json' },
    },
  };
}

/** @throws VendorError when a response carries more metadata than allowed */
export function checkMetadata(metadata: Readonly<Record<string, unknown>>): void {
  if (Object.keys(metadata).length <= MAX_METADATA) return;
  throw new VendorError({ code: 'invalid_value', message: `At most ${MAX_METADATA} pairs of metadata are allowed.` });
}

/** A field that may be missing or null. */
function orDefault<Schema extends z.ZodType>(schema: Schema, fallback: z.output<Schema>) {
  return schema.nullish().transform((value) => value ?? fallback);
}
