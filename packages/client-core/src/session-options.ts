import type { RealtimeTool } from './realtime-tool.ts';
import type { SessionFrame } from './session-frames.ts';
import type { IgnoredMessage } from './session-state.ts';

/** How a session behaves at the client. */
export interface SessionOptions {
  /** The same tools the session was minted with; those with `execute` are answered here. */
  readonly tools?: readonly RealtimeTool[] | undefined;
  /** Cancels opening; once the session is open, closes it with 1000 `client_closed`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Longest wait for the WebSocket to open, in milliseconds.
   * @defaultValue 10000
   */
  readonly openTimeoutMs?: number | undefined;
  /**
   * Longest wait for the closing handshake before the connection is cut, in milliseconds.
   * @defaultValue 5000
   */
  readonly closeTimeoutMs?: number | undefined;
  /**
   * Unsent bytes above which `sendAudio` makes its caller wait.
   * @defaultValue 65536, about 1.4 s of audio at 24 kHz
   */
  readonly highWaterBytes?: number | undefined;
  /**
   * Most audio that may wait for the application to read it, in milliseconds. Beyond it the oldest quarter is dropped and
   * an `error` frame `CLIENT_AUDIO_OVERFLOW` takes its place.
   * @defaultValue 600000
   */
  readonly maxQueuedAudioMs?: number | undefined;
  /**
   * Gets every frame at once and in order; nothing is queued then, and the session cannot be iterated. An exception, or a
   * promise that rejects, goes to `onHandlerError`; the session goes on.
   */
  readonly onFrame?: ((frame: SessionFrame) => void) | undefined;
  /** Gets what did not become a frame, for debugging. */
  readonly onIgnored?: ((message: IgnoredMessage) => void) | undefined;
  /**
   * Gets what `onFrame` or `onIgnored` threw.
   * @defaultValue an `error` frame `CLIENT_HANDLER_FAILED` with the exception's message, handed to the receiver of the
   * frames; what `onFrame` throws at that frame, and at `close` after which no frame follows, is dropped
   */
  readonly onHandlerError?: ((error: unknown) => void) | undefined;
}
