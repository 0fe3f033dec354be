import { createHash } from 'node:crypto';

import { LIMITS } from '@speko/protocol';

import type { SessionStore } from '../store/store.ts';
import { canonicalJson } from './canonical-json.ts';
import { HttpError } from './http-error.ts';
import { openResponse, sealResponse } from './sealed-response.ts';

/** A request that may be a repeat. */
export interface IdempotentRequest {
  readonly keyId: string;
  /** The caller's API key itself; seals what is stored. */
  readonly apiKey: string;
  readonly idempotencyKey: string;
  readonly body: unknown;
}

/**
 * Answers a repeated request with the first one's answer.
 * @see PROTOCOL.md rules ID1 to ID3
 */
export class Idempotency {
  readonly #store: SessionStore;
  readonly #epochMs: () => number;
  /** The newest request of each idempotency key that is under way here: a repeat waits for it. */
  readonly #tails = new Map<string, Promise<unknown>>();

  constructor(store: SessionStore, epochMs: () => number) {
    this.#store = store;
    this.#epochMs = epochMs;
  }

  /**
   * What `make` returns, or what it returned for the first request. A refusal is not remembered.
   * @throws HttpError `IDEMPOTENCY_CONFLICT` when the key was used with another body, or on another node right now.
   */
  async once<Answer>(request: IdempotentRequest, make: () => Promise<Answer>): Promise<Answer> {
    const id = JSON.stringify([request.keyId, request.idempotencyKey]);
    const before = this.#tails.get(id) ?? Promise.resolve();
    const answer = before.then(() => this.#claim(request, make));
    const tail = answer.catch(() => undefined);
    this.#tails.set(id, tail);
    try {
      return await answer;
    } finally {
      if (this.#tails.get(id) === tail) this.#tails.delete(id);
    }
  }

  async #claim<Answer>(request: IdempotentRequest, make: () => Promise<Answer>): Promise<Answer> {
    const { keyId, apiKey, idempotencyKey, body } = request;
    const result = await this.#store.claimIdempotency({
      keyId,
      idempotencyKey,
      bodyHash: createHash('sha256').update(canonicalJson(body)).digest('hex'),
      nowMs: this.#epochMs(),
      windowMs: LIMITS.idempotencyWindowMs,
    });
    switch (result.type) {
      case 'claimed':
        return this.#make(request, make);
      case 'repeat':
        return JSON.parse(openResponse(result.response, apiKey)) as Answer;
      case 'pending':
        throw conflict('A request with this Idempotency-Key is still being answered; repeat it in a few seconds.');
      case 'conflict':
        throw conflict(
          'This Idempotency-Key was used with another body; repeat that body unchanged, or use a new key.',
        );
    }
  }

  async #make<Answer>(
    { keyId, apiKey, idempotencyKey }: IdempotentRequest,
    make: () => Promise<Answer>,
  ): Promise<Answer> {
    let answer: Answer;
    try {
      answer = await make();
    } catch (error) {
      await this.#store.releaseIdempotency(keyId, idempotencyKey);
      throw error;
    }
    await this.#store.saveIdempotentResponse(keyId, idempotencyKey, sealResponse(JSON.stringify(answer), apiKey));
    return answer;
  }
}

function conflict(message: string): HttpError {
  return new HttpError({ code: 'IDEMPOTENCY_CONFLICT', message });
}
