import type { ServerResponse } from 'node:http';
import { LIMITS } from '@speko/protocol';
import { HttpError } from '../http-error.ts';

/** Bytes of bodies that may be on their way: of one key 64 of the largest, of all keys 512. */
const MAX_BYTES_OF_KEY = 64 * LIMITS.bodyBytes;
const MAX_BYTES = 512 * LIMITS.bodyBytes;
const RETRY_SECONDS = 1;

/**
 * Bounds the request bodies that are on their way: what has come of each is kept until the rest is there, and a peer may
 * take its time with that.
 * @see PROTOCOL.md rule RS23
 */
export class OpenBodies {
  readonly #bytesOfKey = new Map<string, number>();
  #bytes = 0;

  /**
   * Counts a body until its request is answered.
   * @param contentLength - as the request says; a body of unknown length counts as the largest
   * @throws HttpError `RATE_LIMITED` or `OVERLOADED` with `Retry-After`
   */
  enter(keyId: string, contentLength: string | undefined, response: ServerResponse): void {
    const announced = Number(contentLength ?? LIMITS.bodyBytes);
    // One over the limit is refused before any of it is kept.
    const bytes = announced <= LIMITS.bodyBytes ? announced : 0;
    const ofKey = this.#bytesOfKey.get(keyId) ?? 0;
    if (ofKey + bytes > MAX_BYTES_OF_KEY) {
      throw new HttpError({
        code: 'RATE_LIMITED',
        message: 'Too many request bodies of this API key are on their way; send fewer at the same time.',
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    if (this.#bytes + bytes > MAX_BYTES) {
      throw new HttpError({
        code: 'OVERLOADED',
        message: 'Too many request bodies are on their way to this gateway; try again shortly.',
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    this.#bytesOfKey.set(keyId, ofKey + bytes);
    this.#bytes += bytes;
    response.once('close', () => {
      this.#bytes -= bytes;
      const left = (this.#bytesOfKey.get(keyId) ?? 0) - bytes;
      if (left > 0) this.#bytesOfKey.set(keyId, left);
      else this.#bytesOfKey.delete(keyId);
    });
  }
}
