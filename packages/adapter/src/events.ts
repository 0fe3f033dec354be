import type { AdapterErrorCode } from './adapter-error.ts';

/**
 * Everything a provider can report, in one vocabulary. Adapters emit these; the gateway turns them into frames.
 *
 * Ids: `turnId` names a user turn, `responseId` one response of the model, `itemId` one spoken item inside a
 * response. Vendors without ids get minted ones; an id is never reused within a provider session.
 * Order: each `start` has one `end`, and deltas of a thing fall between them (user transcripts excepted: vendors
 * transcribe asynchronously, so `transcript-delta` and `transcript-end` of a user turn may come at any later time).
 */
export type SessionEvent =
  | SessionReadyEvent
  | SpeechStartEvent
  | SpeechEndEvent
  | InputCommitEvent
  | TranscriptDeltaEvent
  | TranscriptReplaceEvent
  | TranscriptEndEvent
  | ResponseStartEvent
  | AudioDeltaEvent
  | ResponseInterruptEvent
  | ResponseEndEvent
  | ToolCallEvent
  | ToolCancelEvent
  | ServerToolEvent
  | UsageReportEvent
  | ResumptionUpdateEvent
  | GoAwayEvent
  | ProviderErrorEvent
  | ProviderRawEvent;

/** The provider accepted the configuration: from now on audio may be sent. Exactly once per provider session. */
export interface SessionReadyEvent {
  readonly type: 'session-ready';
  /** The model and voice that really answer, where the vendor says so: some substitute silently. */
  readonly model?: string;
  readonly voice?: string;
  /** Request settings this provider has no knob for, as request paths such as `s2s.temperature`. */
  readonly ignored: readonly string[];
  /** Epoch milliseconds at which the vendor ends this connection, where it says so. */
  readonly expiresAtMs?: number;
}

/** The provider heard the user begin to speak. May repeat for one `turnId` after a pause. */
export interface SpeechStartEvent {
  readonly type: 'speech-start';
  readonly turnId: string;
  /** Position in the audio sent on this provider session, milliseconds. */
  readonly audioStartMs?: number;
}

/** The provider heard the user stop to speak. */
export interface SpeechEndEvent {
  readonly type: 'speech-end';
  readonly turnId: string;
  readonly audioEndMs?: number;
}

/** The user's turn is closed and part of the conversation. */
export interface InputCommitEvent {
  readonly type: 'input-commit';
  readonly turnId: string;
}

/** New words. `turnId` is the user turn, or the `responseId` for the assistant. */
export interface TranscriptDeltaEvent {
  readonly type: 'transcript-delta';
  readonly role: 'user' | 'assistant';
  readonly turnId: string;
  /** The spoken item the words belong to; assistant only. */
  readonly itemId?: string;
  /** Non-empty. */
  readonly delta: string;
}

/** The whole text of the item (assistant) or turn (user) so far, for vendors that revise words already reported. */
export interface TranscriptReplaceEvent {
  readonly type: 'transcript-replace';
  readonly role: 'user' | 'assistant';
  readonly turnId: string;
  readonly itemId?: string;
  readonly text: string;
}

/** The user's turn is fully transcribed. At most once per turn. The assistant's text ends with `response-end`. */
export interface TranscriptEndEvent {
  readonly type: 'transcript-end';
  readonly role: 'user';
  readonly turnId: string;
  /** Whole text; absent when the deltas are all there is. */
  readonly text?: string;
}

/** The model begins a response. */
export interface ResponseStartEvent {
  readonly type: 'response-start';
  readonly responseId: string;
}

/** Audio of the model: mono PCM16 little-endian at the plan's `outputSampleRateHz`, in playback order. */
export interface AudioDeltaEvent {
  readonly type: 'audio-delta';
  readonly responseId: string;
  readonly itemId: string;
  /** Even length; the receiver may keep it. */
  readonly pcm: Uint8Array;
}

/** The provider itself cut its speech because the user spoke. Vendors that announce `speech-start` need not send it. */
export interface ResponseInterruptEvent {
  readonly type: 'response-interrupt';
  /** Absent where the vendor does not say which. */
  readonly responseId?: string;
}

/** The model is done with a response. One that `failed` is preceded by a `provider-error`. */
export interface ResponseEndEvent {
  readonly type: 'response-end';
  readonly responseId: string;
  /** `incomplete`: the model broke off by itself; `cancelled`: the user or the gateway stopped it. */
  readonly status: 'completed' | 'cancelled' | 'incomplete' | 'failed';
  /**
   * Why, for the three statuses that are not `completed`. Of an `incomplete` one `content_filter` and `max_output_tokens`
   * where the vendor means that, else its own word in lower case.
   */
  readonly reason?: string;
  /** Tokens of this response. Absent where the vendor reports none or reports later (`usage-report`). */
  readonly usage?: TokenUsage;
}

/**
 * A complete tool call; never a partial one, never twice for one `callId`. Where a vendor uses an id again for another
 * call, the adapter gives that one a new id. A call that cannot be used is a `provider-error` with the code
 * `UNUSABLE_TOOL_CALL` instead, and the adapter gives the vendor an error as its result, so that the model goes on.
 */
export interface ToolCallEvent {
  readonly type: 'tool-call';
  readonly callId: string;
  readonly name: string;
  /** The text of a JSON object, as the model wrote it where it is one. */
  readonly arguments: string;
  readonly responseId?: string;
}

/** The provider no longer wants this result; a late one must not be sent. */
export interface ToolCancelEvent {
  readonly type: 'tool-cancel';
  readonly callId: string;
}

/** A tool that the vendor runs on its own side. */
export interface ServerToolEvent {
  readonly type: 'server-tool';
  readonly callId: string;
  readonly name: string;
  /** `failed` when the vendor says so, or when its response ends before the tool. */
  readonly status: 'started' | 'completed' | 'failed';
}

/** Usage that comes apart from `response-end`. */
export interface UsageReportEvent {
  readonly type: 'usage-report';
  readonly responseId?: string;
  /** Set for tokens that are no response's, since the vendor bills them apart. */
  readonly purpose?: 'transcription';
  readonly usage: TokenUsage;
}

/** Tokens of one response, not a running total. */
export interface TokenUsage {
  /** Audio heard by the model, cached tokens included. */
  readonly inputAudioTokens: number;
  /** Audio spoken by the model. */
  readonly outputAudioTokens: number;
  /** Text read by the model, cached tokens included. */
  readonly inputTextTokens: number;
  /** Text written by the model. */
  readonly outputTextTokens: number;
  /** The part of the input that was served from the vendor's cache. */
  readonly cachedTokens: number;
}

/** A handle with which this conversation can be resumed on another connection. The newest one counts. */
export interface ResumptionUpdateEvent {
  readonly type: 'resumption-update';
  /** A secret-like value: never logged. */
  readonly handle: string;
  /** `false` while the vendor cannot resume right now, as in the middle of a tool call. */
  readonly resumable: boolean;
}

/** The vendor will close this connection: reconnect before the deadline. */
export interface GoAwayEvent {
  readonly type: 'go-away';
  /** Milliseconds left. */
  readonly timeLeftMs: number;
}

/** Something failed. `fatal` when the vendor's session is over because of it. */
export interface ProviderErrorEvent {
  readonly type: 'provider-error';
  readonly code: AdapterErrorCode;
  /** The vendor's own words, for people; the gateway takes keys and what they quote of the session out of them. */
  readonly message: string;
  /** The vendor's own code, where there is one. */
  readonly providerCode?: string;
  /** The session cannot go on; nothing follows. */
  readonly fatal: boolean;
  /** Whether a fresh connection could help. */
  readonly retryable: boolean;
}

/** A vendor message the adapter has no mapping for: nothing is lost silently. */
export interface ProviderRawEvent {
  readonly type: 'provider-raw';
  /** The vendor's name of the message, or `invalid` for what could not be read. */
  readonly name: string;
  /** The vendor's message, parsed where it is JSON. */
  readonly raw: unknown;
}
