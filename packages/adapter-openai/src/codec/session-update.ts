import type { SessionConfig, ToolDefinition } from '@speko/adapter';
import { ignoredSettings } from '@speko/adapter-kit';
import { CAPABILITIES } from '../openai-capabilities.ts';
import type {
  BetaSession,
  BetaSessionUpdate,
  FunctionTool,
  GaSession,
  NoiseReduction,
  SessionUpdate,
  Transcription,
  TurnDetection,
} from '../openai-client-events.ts';
import { OPENAI_SAMPLE_RATE_HZ } from '../openai-dial-plan.ts';
import type { OpenAIOptions } from '../openai-options.ts';

/** A generation of the dialect on the wire. */
export type OpenAIDialect = 'ga' | 'beta';

/** `event_id` of the one configuration message; its refusal comes back with it. */
export const SESSION_UPDATE_EVENT_ID = 'session-1';

/** Models that reason; proxies put their own name before it. */
const REASONING_MODEL = /(?:^|\/)gpt-realtime-2/;
/** Models of transcription that refuse a prompt. */
const PROMPTLESS_MODEL = /(?:^|\/)(?:gpt-realtime-whisper|gpt-4o-transcribe-diarize)/;

/** The dialect to speak, or `undefined` while only the server's first message can tell. */
export function chosenDialect(options: OpenAIOptions): OpenAIDialect | undefined {
  if (options.azure?.apiVersion !== undefined) return 'beta';
  return options.dialect === 'auto' ? undefined : options.dialect;
}

/** Which dialect a `session.created` is written in; `undefined` where nothing in it tells. */
export function detectDialect(session: Readonly<Record<string, unknown>>): OpenAIDialect | undefined {
  if ('type' in session || 'audio' in session) return 'ga';
  return 'modalities' in session || 'input_audio_format' in session ? 'beta' : undefined;
}

/** The message that configures the session. The vendor applies all of it or nothing. */
export function buildSessionUpdate(
  dialect: OpenAIDialect,
  config: SessionConfig,
  options: OpenAIOptions,
): SessionUpdate | BetaSessionUpdate {
  const head = { type: 'session.update', event_id: SESSION_UPDATE_EVENT_ID } as const;
  return dialect === 'ga'
    ? { ...head, session: gaSession(config, options) }
    : { ...head, session: betaSession(config, options) };
}

/** Settings of the request that have no place in this dialect. */
export function settingsIgnoredBy(dialect: OpenAIDialect, config: SessionConfig): readonly string[] {
  // The beta still has a temperature.
  return dialect === 'beta' ? [] : ignoredSettings(config, CAPABILITIES);
}

function gaSession(config: SessionConfig, options: OpenAIOptions): GaSession {
  const format = { type: 'audio/pcm', rate: OPENAI_SAMPLE_RATE_HZ } as const;
  const voice = config.voice ?? options.defaultVoice ?? 'marin';
  return {
    type: 'realtime',
    output_modalities: ['audio'],
    ...(config.systemPrompt === undefined ? {} : { instructions: config.systemPrompt }),
    audio: {
      input: {
        format,
        transcription: transcription(options),
        ...noiseReduction(options, 'noise_reduction'),
        turn_detection: turnDetection(config, options),
      },
      output: {
        format,
        voice: voice.startsWith('voice_') ? { id: voice } : voice,
        ...(options.speed === undefined ? {} : { speed: options.speed }),
      },
    },
    tools: config.tools.map(functionTool),
    tool_choice: 'auto',
    ...(options.maxOutputTokens === undefined ? {} : { max_output_tokens: options.maxOutputTokens }),
    ...reasoning(config, options),
  };
}

function betaSession(config: SessionConfig, options: OpenAIOptions): BetaSession {
  return {
    modalities: ['audio', 'text'],
    ...(config.systemPrompt === undefined ? {} : { instructions: config.systemPrompt }),
    voice: config.voice ?? options.defaultVoice ?? 'alloy',
    input_audio_format: 'pcm16',
    output_audio_format: 'pcm16',
    input_audio_transcription: transcription(options),
    ...noiseReduction(options, 'input_audio_noise_reduction'),
    turn_detection: betaTurnDetection(config, options),
    tools: config.tools.map(functionTool),
    tool_choice: 'auto',
    // The beta's range is narrower than ours, and a value outside it would void the whole message.
    ...(config.temperature === undefined ? {} : { temperature: Math.min(1.2, Math.max(0.6, config.temperature)) }),
    ...(options.speed === undefined ? {} : { speed: options.speed }),
    ...(options.maxOutputTokens === undefined ? {} : { max_response_output_tokens: options.maxOutputTokens }),
  };
}

/**
 * A model that does not reason refuses the whole message for it, and the operator who sets it is not the caller who
 * chooses the model. The name of an Azure deployment tells nothing of its model.
 */
function reasoning({ model }: SessionConfig, { azure, reasoningEffort }: OpenAIOptions): Pick<GaSession, 'reasoning'> {
  const isKnown = azure !== undefined || REASONING_MODEL.test(model);
  return reasoningEffort === undefined || !isKnown ? {} : { reasoning: { effort: reasoningEffort } };
}

function transcription({
  azure,
  transcriptionModel,
  transcriptionLanguage,
  transcriptionPrompt,
}: OpenAIOptions): Transcription {
  const takesPrompt = azure !== undefined || !PROMPTLESS_MODEL.test(transcriptionModel);
  return {
    model: transcriptionModel,
    ...(transcriptionLanguage === undefined ? {} : { language: transcriptionLanguage }),
    ...(transcriptionPrompt === undefined || !takesPrompt ? {} : { prompt: transcriptionPrompt }),
  };
}

/** Left out rather than sent as null, which some Azure versions refuse. */
function noiseReduction<Key extends string>(
  options: OpenAIOptions,
  key: Key,
): { readonly [K in Key]?: NoiseReduction } {
  return (options.noiseReduction === undefined ? {} : { [key]: { type: options.noiseReduction } }) as {
    readonly [K in Key]?: NoiseReduction;
  };
}

function turnDetection(config: SessionConfig, { turnDetection: tuning }: OpenAIOptions): TurnDetection | null {
  if (config.turnDetection === 'manual') return null;
  const both = { create_response: true, interrupt_response: true } as const;
  if (tuning.type === 'semantic_vad') return { type: 'semantic_vad', eagerness: tuning.eagerness, ...both };
  return {
    type: 'server_vad',
    threshold: tuning.threshold,
    prefix_padding_ms: tuning.prefixPaddingMs,
    silence_duration_ms: tuning.silenceDurationMs,
    ...(tuning.idleTimeoutMs === undefined ? {} : { idle_timeout_ms: tuning.idleTimeoutMs }),
    ...both,
  };
}

/** The beta knows no idle timeout, and would refuse the whole message for it. */
function betaTurnDetection(config: SessionConfig, options: OpenAIOptions): BetaSession['turn_detection'] {
  const setting = turnDetection(config, options);
  if (setting?.type !== 'server_vad') return setting;
  const { idle_timeout_ms: _, ...known } = setting;
  return known;
}

/** Key by key: one unknown key in a tool voids the whole configuration. */
function functionTool({ name, description, parameters }: ToolDefinition): FunctionTool {
  return { type: 'function', name, description, parameters };
}
