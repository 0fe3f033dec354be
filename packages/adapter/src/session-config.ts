/** A function the model may call. `parameters` is a JSON Schema object. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** A JSON Schema for an object, as the client gave it. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** One past message, for a provider session that continues an earlier one. Only what was heard belongs in `text`. */
export type HistoryItem =
  | { readonly type: 'message'; readonly role: 'user' | 'assistant' | 'system'; readonly text: string }
  | { readonly type: 'tool-call'; readonly callId: string; readonly name: string; readonly arguments: string }
  | { readonly type: 'tool-result'; readonly callId: string; readonly output: string };

/** How a replacement connection picks up where the previous one stopped. */
export interface SessionContinuation {
  /** The newest handle of a `resumption-update` event, for vendors that keep the conversation on their side. */
  readonly handle?: string;
  /** The conversation so far, oldest first, for vendors that need it told again. */
  readonly history: readonly HistoryItem[];
}

/** A client's request after validation; an adapter maps it to the vendor's settings. */
export interface SessionConfig {
  /** The gateway's session id; adapters may pass it on as a pseudonymous correlation id. */
  readonly sessionId: string;
  /** The provider's own model id. */
  readonly model: string;
  /** The provider's own voice id. */
  readonly voice?: string;
  readonly systemPrompt?: string;
  /** Range 0–2. */
  readonly temperature?: number;
  readonly tools: readonly ToolDefinition[];
  /** `auto`: the provider's voice activity detection ends turns. `manual`: only `audio-commit` does. */
  readonly turnDetection: 'auto' | 'manual';
  /** The assistant opens the call by saying this, without waiting for the user. */
  readonly firstMessage?: string;
  /** The client's own sample rates, in hertz: a hint for vendors that can match them and save a resampling. */
  readonly inputSampleRateHz: number;
  /** Rate of audio to the client, hertz. */
  readonly outputSampleRateHz: number;
  /** Present when this provider session replaces an earlier one of the same call. */
  readonly continuation?: SessionContinuation;
}
