import { clampDelay } from './clamp-delay.ts';
import { FrameOutlet } from './frame-outlet.ts';
import { limitTools } from './limit-tools.ts';
import { PushSession } from './push-session.ts';
import type { CreateTransport } from './realtime-transport.ts';
import type { SessionFrame } from './session-frames.ts';
import type { SessionOptions } from './session-options.ts';
import type { SessionInfo } from './session-params.ts';
import { invalidArgument } from './speko-error.ts';

/** Options of {@link ClientSession}. */
export interface ClientSessionOptions extends SessionOptions {
  readonly info: SessionInfo;
  readonly createTransport: CreateTransport;
}

const LIMITS = ['openTimeoutMs', 'closeTimeoutMs', 'highWaterBytes', 'maxQueuedAudioMs'] as const;
const DRAIN_POLL_MS = 10;
/** Far more than models ask for at once. */
const TOOL_LIMITS = { maxRunning: 32, maxWaiting: 96 } as const;

/** A session whose frames go to `onFrame`, or are queued for `for await`. */
export class ClientSession extends PushSession implements AsyncIterable<SessionFrame> {
  /** ISO 8601 instant until which the session could be opened. */
  readonly expiresAt: string;
  readonly #outlet: FrameOutlet;
  readonly #highWaterBytes: number;

  /** @throws {@link SpekoError} `INVALID_ARGUMENT` when `info` is not what a mint answers, or a limit is no number */
  constructor(options: ClientSessionOptions) {
    for (const name of LIMITS) {
      const limit: unknown = options[name];
      // Nothing is more than NaN: it would be no limit at all.
      if (limit !== undefined && !(typeof limit === 'number' && limit >= 0)) {
        throw invalidArgument(`${name} must be a number, 0 or more.`);
      }
    }
    // As a gateway would end it, had it been the one to keep what is not read.
    const outlet = new FrameOutlet(options, () => void this.close(4429, 'slow_consumer'));
    const { tools = [], openTimeoutMs, closeTimeoutMs } = options;
    super(
      {
        ...options,
        tools: limitTools(tools, TOOL_LIMITS),
        openTimeoutMs: openTimeoutMs === undefined ? undefined : clampDelay(openTimeoutMs),
        closeTimeoutMs: closeTimeoutMs === undefined ? undefined : clampDelay(closeTimeoutMs),
      },
      outlet,
    );
    this.expiresAt = options.info.expiresAt;
    this.#outlet = outlet;
    this.#highWaterBytes = options.highWaterBytes ?? 65_536;
  }

  /**
   * Sends user audio at `inputSampleRate`.
   * @param pcm - Mono PCM16, little-endian, even length; any size. The bytes may be reused at once.
   * @returns when there is room for more; `false` when the session is over and the audio went nowhere
   * @throws {@link SpekoError} `INVALID_ARGUMENT` for an odd length
   */
  async sendAudio(pcm: Uint8Array): Promise<boolean> {
    this.pushAudio(pcm);
    // Browsers have no event for a drained WebSocket, so everyone asks.
    while (this.isSendable && this.bufferedAmount > this.#highWaterBytes) {
      await new Promise<void>((resolve) => void setTimeout(resolve, DRAIN_POLL_MS));
    }
    return this.isSendable;
  }

  /**
   * Ends the session and waits until the connection is closed. May be called again, and at any time.
   * @param code - 1000, or 3000 to 4999.
   * @param reason - At most 123 bytes.
   * @throws {@link SpekoError} `INVALID_ARGUMENT` for any other
   */
  override close(code?: number, reason = 'client_closed'): Promise<void> {
    if (code !== undefined && code !== 1000 && !(Number.isInteger(code) && code >= 3000 && code <= 4999)) {
      throw invalidArgument(`A client may close with 1000 or 3000 to 4999, not ${code}.`);
    }
    if (new TextEncoder().encode(reason).byteLength > 123) {
      throw invalidArgument('A close reason has at most 123 bytes.');
    }
    return super.close(code, reason);
  }

  /** Reads frames from the first one on, up to and including `close`. Leaving the loop leaves the session open. */
  [Symbol.asyncIterator](): AsyncIterator<SessionFrame, undefined> {
    return this.#outlet[Symbol.asyncIterator]();
  }
}
