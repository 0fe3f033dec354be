import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { HttpError, sessionNotFound } from '../http-error.ts';
import type { NoticeBus } from '../session/notice-bus.ts';
import type { SessionStore } from '../store/store.ts';
import { Places } from './places.ts';
import { SessionStream, type StreamRequest } from './session-stream.ts';

export interface SessionStreamsOptions {
  readonly store: SessionStore;
  readonly notices: NoticeBus;
  readonly clock: Clock;
  /** Streams open at the same time; 0 is no limit. */
  readonly maxStreams: number;
  /** Streams that one API key may have open at the same time; 0 is no limit. */
  readonly keyStreams: number;
}

/** Retry advice where a stream may end at any time, in seconds: soon, but not at once. */
const RETRY_SECONDS = 5;
/** Streams of one key that are told what was, at the same time: each holds a whole transcript for it. */
const MAX_PASTS_OF_KEY = 16;

/**
 * Sessions as server-sent events: what was, then what happens, then the end.
 * @see PROTOCOL.md rule SR6
 */
export class SessionStreams {
  readonly #options: SessionStreamsOptions;
  readonly #open = new Set<SessionStream>();
  /** Open streams of each key that has any. */
  readonly #openOfKey = new Map<string, number>();
  readonly #pasts = new Places(MAX_PASTS_OF_KEY);

  constructor(options: SessionStreamsOptions) {
    this.#options = options;
  }

  /**
   * Writes the stream to `response` until the session or the reader ends; resolves once it is under way.
   * @throws HttpError `NOT_FOUND`, or `RATE_LIMITED` or `OVERLOADED` with `Retry-After`; nothing is written then.
   */
  async serve(request: StreamRequest, start: () => ServerResponse): Promise<void> {
    const { store } = this.#options;
    const stream = this.#enter(request);
    let leave = (): void => undefined;
    try {
      // Watching begins before reading, so that nothing falls between the two.
      stream.watch();
      if ((await store.findSession(request.keyId, request.sessionId)) === undefined) throw sessionNotFound();
      leave = await this.#pasts.enter(request.keyId);
      const record = await store.findSession(request.keyId, request.sessionId);
      if (record === undefined) throw sessionNotFound();
      const finals = await store.readTranscript(request.sessionId);
      if (stream.isOverrun) {
        throw overloaded('More happens in this session than can be kept while its record is read; try again shortly.');
      }
      void stream.start(start, record, finals).finally(leave);
    } catch (error) {
      leave();
      stream.close();
      throw error;
    }
  }

  /** Ends every stream, so that the HTTP server can stop. */
  close(): void {
    for (const stream of this.#open) stream.close();
  }

  #enter(request: StreamRequest): SessionStream {
    const { maxStreams, keyStreams } = this.#options;
    const { keyId } = request;
    const ofKey = this.#openOfKey.get(keyId) ?? 0;
    if (keyStreams > 0 && ofKey >= keyStreams) {
      throw new HttpError({
        code: 'RATE_LIMITED',
        message: `This API key is at its limit of ${keyStreams} event streams at the same time; close one or try again shortly.`,
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    if (maxStreams > 0 && this.#open.size >= maxStreams) {
      throw overloaded(`This gateway is at its limit of ${maxStreams} event streams; close one or try again shortly.`);
    }
    const stream = new SessionStream(this.#options, request, () => this.#leave(keyId, stream));
    this.#open.add(stream);
    this.#openOfKey.set(keyId, ofKey + 1);
    return stream;
  }

  #leave(keyId: string, stream: SessionStream): void {
    this.#open.delete(stream);
    const left = (this.#openOfKey.get(keyId) ?? 1) - 1;
    if (left === 0) this.#openOfKey.delete(keyId);
    else this.#openOfKey.set(keyId, left);
  }
}

function overloaded(message: string): HttpError {
  return new HttpError({ code: 'OVERLOADED', message, retryAfterSeconds: RETRY_SECONDS });
}
