import type {
  EndReason,
  ErrorFrame,
  InterruptionFrame,
  ReceivedReadyFrame,
  ReceivedTranscriptFrame,
  ServerToolCallFrame,
  SessionErrorCode,
  SpeechFrame,
  ToolCallFrame,
  UsageFrame,
} from '@speko/protocol/lean';

/** The provider is configured and listening. What was sent earlier was kept for it. */
export interface SessionReadyFrame {
  readonly type: 'ready';
  /** Rate of the audio you send, in Hz. */
  readonly inputSampleRate: number;
  /** Rate of the audio you get, in Hz. */
  readonly outputSampleRate: number;
  /** `undefined` where the gateway does not say. */
  readonly provider: string | undefined;
  /** `undefined` where the gateway does not say. */
  readonly model: string | undefined;
  /** Capabilities of this session; an absent flag is one the gateway does not state. */
  readonly capabilities: NonNullable<ReceivedReadyFrame['capabilities']>;
  /** Paths of settings this provider has no use for, such as `s2s.temperature`. */
  readonly ignored: readonly string[];
}

/** A piece of the assistant's speech. */
export interface SessionAudioFrame {
  readonly type: 'audio';
  /** Mono PCM16, little-endian, even length. */
  readonly pcm: Uint8Array;
  /** Samples per second. */
  readonly sampleRate: number;
  /** The assistant turn it belongs to; `undefined` where the gateway marked none. */
  readonly turn: string | undefined;
}

/** The text of one turn so far; exactly one per turn is `final`. */
export interface SessionTranscriptFrame {
  readonly type: 'transcript';
  readonly role: 'user' | 'assistant';
  /** Cumulative: replaces the text of earlier frames of this turn. */
  readonly text: string;
  /** What `text` adds to the frame before; `undefined` on finals and where earlier text was revised. */
  readonly delta: string | undefined;
  /** No more text of this turn follows. */
  readonly final: boolean;
  /** `undefined` where the gateway names no turns: a frame then replaces the last one of its role that is not final. */
  readonly turn: string | undefined;
  /** When it was spoken, in milliseconds since the connection opened, where known. */
  readonly startMs: number | undefined;
  /** True on the final of a turn that was cut; `text` is then what was heard, where that is known. */
  readonly interrupted: boolean;
  /**
   * On a final of the assistant's whose answer the model broke off: why, such as `max_output_tokens` or `content_filter`.
   * `undefined` where it was not.
   */
  readonly incomplete?: string | undefined;
}

/** The model asks for a tool to be run. */
export interface SessionToolCallFrame {
  readonly type: 'tool_call';
  readonly callId: string;
  readonly name: string;
  /** JSON text as the model wrote it. */
  readonly arguments: string;
  /** True when a tool with `execute` answers it; otherwise answer with `sendToolResult`. */
  readonly automatic: boolean;
}

/** A tool with `execute` has run and its output was sent. */
export interface SessionToolResultFrame {
  readonly type: 'tool_result';
  readonly callId: string;
  readonly name: string;
  /** Text sent to the model. */
  readonly output: string;
  /** True when the tool threw, its arguments did not fit, or too many calls waited; `output` is then `{"error":"…"}`. */
  readonly failed: boolean;
}

/** Tokens of the response that just finished; a kind the provider does not report is `undefined`. */
export interface SessionUsageFrame {
  readonly type: 'usage';
  readonly inputAudioTokens: number;
  readonly outputAudioTokens: number;
  readonly inputTextTokens: number | undefined;
  readonly outputTextTokens: number | undefined;
  readonly cachedTokens: number | undefined;
}

/** Something went wrong in the session. */
export interface SessionErrorFrame {
  readonly type: 'error';
  /**
   * Three are this client's own: `CLIENT_AUDIO_OVERFLOW` (unread audio was dropped), `CLIENT_FRAMES_OVERFLOW` (too many other
   * frames were unread, so the session was closed) and `CLIENT_HANDLER_FAILED` (`onFrame` or `onIgnored` threw).
   */
  readonly code:
    | SessionErrorCode
    | 'CLIENT_AUDIO_OVERFLOW'
    | 'CLIENT_FRAMES_OVERFLOW'
    | 'CLIENT_HANDLER_FAILED'
    | (string & {});
  readonly message: string;
  /** True when the session ends because of it. */
  readonly fatal: boolean;
}

/** The assistant was cut off: stop playing, and drop what is buffered. Unread audio has already been dropped here. */
export interface SessionInterruptionFrame {
  readonly type: 'interruption';
  /** The side that was cut off. */
  readonly at: 'assistant';
  /** The turn that was cut; `undefined` when an `interrupt()` found nothing to cut. */
  readonly turn: string | undefined;
}

/** Someone starts or stops to speak. */
export interface SessionSpeechFrame {
  readonly type: 'speech';
  readonly role: 'user' | 'assistant';
  readonly state: 'started' | 'stopped';
  readonly turn: string;
}

/** A tool that the gateway itself runs. */
export interface SessionServerToolCallFrame {
  readonly type: 'server_tool_call';
  readonly id: string;
  readonly name: string;
  readonly status: 'started' | 'completed' | 'failed';
}

/** The session is over; the last frame, and there always is one. */
export interface SessionCloseFrame {
  readonly type: 'close';
  /** WebSocket close code; 1006 when the connection was lost. */
  readonly code: number;
  /** Why the session ended; `connection_lost` when the gateway did not say. */
  readonly reason: EndReason | 'connection_lost' | (string & {});
}

/** Everything a session tells its application, told apart by `type`. */
export type SessionFrame =
  | SessionReadyFrame
  | SessionAudioFrame
  | SessionTranscriptFrame
  | SessionToolCallFrame
  | SessionToolResultFrame
  | SessionUsageFrame
  | SessionErrorFrame
  | SessionInterruptionFrame
  | SessionSpeechFrame
  | SessionServerToolCallFrame
  | SessionCloseFrame;

/** Wire frames that reach the application. */
type PlainFrame =
  | ReceivedReadyFrame
  | ReceivedTranscriptFrame
  | UsageFrame
  | ErrorFrame
  | InterruptionFrame
  | SpeechFrame
  | ToolCallFrame
  | ServerToolCallFrame;

/** Default where the gateway does not say. */
const defaults: { readonly [Tag in PlainFrame['t']]?: object } = {
  ready: { capabilities: {}, ignored: [] },
  transcript: { interrupted: false },
  error: { fatal: false },
};

/** The frame that applications see for one of the wire. */
type SessionFrameOf<Frame extends PlainFrame> = Extract<SessionFrame, { type: Frame['t'] }>;

/**
 * Gives a wire frame the shape applications see: the tag's name is another, and what may be absent is there.
 * @param more - What the wire does not say.
 */
export function toSessionFrame<Frame extends PlainFrame>(
  { t: type, ...fields }: Frame,
  more?: object,
): SessionFrameOf<Frame> {
  // Fields of a later protocol are passed on, but none takes the place of ours, nor becomes the frame's prototype.
  return { ...defaults[type], ...fields, ...more, type } as unknown as SessionFrameOf<Frame>;
}
