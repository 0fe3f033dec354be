import type {
  CreateSessionRequestInput,
  CreateSessionResponse,
  SampleRate,
  TurnDetectionMode,
} from '@speko/protocol/lean';
import { toToolDefinition, type RealtimeTool } from './realtime-tool.ts';

/** How a call should be: the body of `POST /v1/sessions` without its nesting. */
export interface SessionParams {
  /** Id of a provider of the gateway. */
  readonly provider: 'openai' | 'google' | 'xai' | 'echo' | (string & {});
  /** The provider's own model id. */
  readonly model: string;
  /** The provider's own voice id. */
  readonly voice?: string | undefined;
  /** Instructions before the call. */
  readonly systemPrompt?: string | undefined;
  /** 0 to 2. A provider without it says so in `ready.ignored`. */
  readonly temperature?: number | undefined;
  /** Tools the model may call; those with `execute` are answered without the application. */
  readonly tools?: readonly RealtimeTool[] | undefined;
  /**
   * Who ends the user's turn: the provider's voice activity detection, or `commit()` alone.
   * @defaultValue `'auto'`
   */
  readonly turnDetection?: TurnDetectionMode | undefined;
  /** The assistant's first message, at most 2000 characters. */
  readonly firstMessage?: string | undefined;
  /**
   * Rate of the audio you send, in Hz.
   * @defaultValue 24000
   */
  readonly inputSampleRate?: SampleRate | undefined;
  /**
   * Rate of the audio you get, in Hz.
   * @defaultValue 24000
   */
  readonly outputSampleRate?: SampleRate | undefined;
  /** Kept on the session record; at most 16 KiB as JSON. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Longest duration of the call, in seconds.
   * @defaultValue 1800, which is also the cap
   */
  readonly ttlSeconds?: number | undefined;
}

/** Answer to a mint, with all that is needed to open the session: a back end may pass it on to its user. */
export type SessionInfo = CreateSessionResponse;

/**
 * The body of `POST /v1/sessions`.
 * @throws {@link SpekoError} `INVALID_ARGUMENT` when a tool's schema has no JSON Schema form
 */
export function toCreateSessionRequest(params: SessionParams): CreateSessionRequestInput {
  const { provider, model, voice, systemPrompt, temperature, tools, turnDetection } = params;
  const { inputSampleRate, outputSampleRate, metadata, ttlSeconds, firstMessage } = params;
  return {
    mode: 's2s',
    s2s: {
      provider,
      model,
      voice,
      systemPrompt,
      temperature,
      inputSampleRate,
      outputSampleRate,
      tools: tools?.map(toToolDefinition),
      turnDetection,
    },
    metadata: metadata === undefined ? undefined : { ...metadata },
    ttlSeconds,
    firstMessage,
  };
}

/** Whether `value` holds what opening a session needs. */
export function isSessionInfo(value: unknown): value is SessionInfo {
  if (typeof value !== 'object' || value === null) return false;
  const info = value as Record<string, unknown>;
  return (
    ['sessionId', 'wsUrl', 'wsToken', 'expiresAt'].every((name) => typeof info[name] === 'string') && hasRates(info)
  );
}

/** Whether both rates are such as speech has, 8 to 48 kHz: they size buffers and timers. */
export function hasRates(value: object): boolean {
  const rates = value as Record<string, unknown>;
  return ['inputSampleRate', 'outputSampleRate'].every((name) => {
    const rate = rates[name] as number;
    return Number.isInteger(rate) && rate >= 8_000 && rate <= 48_000;
  });
}
