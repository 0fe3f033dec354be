import { ClientSession, invalidArgument, type SessionInfo, type SessionOptions } from '@speko/client-core';
import { checkOptions, checkTools } from './check-options.ts';
import { toPcm, type PcmInput } from './to-pcm.ts';
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
    checkOptions('RealtimeSession.open()', options);
    checkTools(options.tools);
    const { silenceTimeoutMs = 65_000 } = options;
    if (typeof silenceTimeoutMs !== 'number' || !(silenceTimeoutMs >= 0))
      throw invalidArgument('silenceTimeoutMs must be 0 or more milliseconds.');
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
   * @param audio - Mono PCM16: samples, or their bytes. Any size; may be reused at once.
   * @returns when there is room for more; `false` when the session is over and the audio went nowhere
   * @throws {@link SpekoError} `INVALID_ARGUMENT` for an odd length, and for what is no PCM16, such as a `Float32Array` or text
   */
  override async sendAudio(audio: PcmInput): Promise<boolean> {
    return await super.sendAudio(toPcm(audio));
  }

  /**
   * Sends user audio like {@link RealtimeSession.sendAudio}, however much waits to leave already.
   * @throws {@link SpekoError} `INVALID_ARGUMENT` as `sendAudio` does
   */
  override pushAudio(audio: PcmInput): void {
    super.pushAudio(toPcm(audio));
  }

  /**
   * Cuts the assistant's response: no more of its audio is delivered, unread audio included. An `interruption`
   * frame follows in any case.
   * @param options - `playedMs`: how much of the response was heard, in milliseconds, for the model's memory.
   * @throws {@link SpekoError} `INVALID_ARGUMENT` for any other option, or what is no time
   */
  override interrupt(options: { playedMs?: number | undefined } = {}): void {
    checkOptions('interrupt()', options);
    super.interrupt(options);
  }

  /** Closes the session with 1000 `client_closed`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
