import { samplesToPcm } from '@speko/audio';
import { ClientSession, invalidArgument, type SessionInfo, type SessionOptions } from '@speko/client-core';

import { createWsTransport } from './ws-transport.ts';

/** How a session behaves in Node.js. */
export interface RealtimeSessionOptions extends SessionOptions {
  /**
   * Longest time without anything from the gateway, its WebSocket pings included, in milliseconds. The connection then
   * counts as lost: `close` with 1006 `connection_lost`. 0 switches this off. Raise it for a gateway that pings less often
   * than every 20 s.
   * @defaultValue 65000
   */
  readonly silenceTimeoutMs?: number | undefined;
}

/**
 * One conversation over a WebSocket.
 *
 * Read it with `for await`; talk with `sendAudio`; end it with `close` or by `await using`.
 */
export class RealtimeSession extends ClientSession {
  /**
   * Opens a session that was minted elsewhere, such as by a back end that holds the API key.
   * @param info - The answer of `createSession`, as it came.
   * @throws {@link SpekoAuthError} when the token is wrong, expired or used up, {@link SpekoApiError} for any other
   * refusal, {@link SpekoConnectionError} when the gateway cannot be reached in time,
   * {@link SpekoError} `INVALID_ARGUMENT`, or the signal's reason
   */
  static async open(info: SessionInfo, options: RealtimeSessionOptions = {}): Promise<RealtimeSession> {
    const { silenceTimeoutMs = 65_000 } = options;
    if (!(silenceTimeoutMs >= 0)) throw invalidArgument('silenceTimeoutMs must be 0 or more milliseconds.');
    const session = new RealtimeSession({
      ...options,
      info,
      createTransport: (transport) => createWsTransport({ ...transport, silenceTimeoutMs }),
    });
    await session.connect();
    return session;
  }

  /**
   * Sends user audio at `inputSampleRate`.
   * @param pcm - Mono PCM16: little-endian bytes of even length, or samples. Any size; may be reused at once.
   * @returns when there is room for more; `false` when the session is over and the audio went nowhere
   * @throws {@link SpekoError} `INVALID_ARGUMENT` for an odd length
   */
  override sendAudio(pcm: Uint8Array | Int16Array): Promise<boolean> {
    return super.sendAudio(pcm instanceof Int16Array ? samplesToPcm(pcm) : pcm);
  }

  /** Closes the session with 1000 `client_closed`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
