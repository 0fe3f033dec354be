import { createHash } from 'node:crypto';
import { LIMITS } from '@speko/protocol';
import { HttpError } from '../../http-error.ts';
import { isUnavailable } from '../../store/store-error.ts';
import type { SessionStore } from '../../store/store.ts';
import { canonicalJson } from './canonical-json.ts';
import { openResponse, sealResponse } from './sealed-response.ts';

/** A request that may be a repeat. */
export interface IdempotentRequest {
  readonly keyId: string;
  /** The caller's API key itself; seals what is stored. */
  readonly apiKey: string;
  readonly idempotencyKey: string;
  readonly body: unknown;
}

/** Repeats that may wait for one request, each with its body. A client that repeats has given up on the one before. */
const MAX_WAITING = 20;

/** Outcomes that the store did not take; past it the oldest is forgotten, and its repeats wait for the claim to age. */
const MAX_OWED = 1_000;

/** Requests of one idempotency key that are under way here. */
interface Queue {
  /** The newest. */
  readonly tail: Promise<unknown>;
  readonly length: number;
}

/**
 * Answers a repeated request with the first one's answer.
 * @see PROTOCOL.md rules ID1 to ID3
 */
export class Idempotency {
  readonly #store: SessionStore;
  readonly #epochMs: () => number;
  /** By key and idempotency key: a repeat waits for the one before. */
  readonly #queues = new Map<string, Queue>();
  /** By the same: what the store could not be told of a request, and has to be before a repeat is answered. */
  readonly #owed = new Map<string, () => Promise<void>>();

  constructor(store: SessionStore, epochMs: () => number) {
    this.#store = store;
    this.#epochMs = epochMs;
  }

  /** Idempotency keys with a request under way here. */
  get size(): number {
    return this.#queues.size;
  }

  /**
   * What `make` returns, or what it returned for the first request. A refusal is not remembered.
   * @throws HttpError `IDEMPOTENCY_CONFLICT` when the key was used with another body, or right now on another node or too
   * often.
   */
  async once<Answer>(request: IdempotentRequest, make: () => Promise<Answer>): Promise<Answer> {
    const id = JSON.stringify([request.keyId, request.idempotencyKey]);
    const queue = this.#queues.get(id);
    if (queue !== undefined && queue.length > MAX_WAITING) throw stillBeingAnswered();
    const before = queue?.tail ?? Promise.resolve();
    const answer = before.then(() => this.#claim(id, request, make));
    const tail = answer.catch(() => undefined);
    this.#queues.set(id, { tail, length: (queue?.length ?? 0) + 1 });
    try {
      return await answer;
    } finally {
      this.#leave(id);
    }
  }

  #leave(id: string): void {
    const queue = this.#queues.get(id);
    if (queue === undefined || queue.length === 1) this.#queues.delete(id);
    else this.#queues.set(id, { ...queue, length: queue.length - 1 });
  }

  async #claim<Answer>(id: string, request: IdempotentRequest, make: () => Promise<Answer>): Promise<Answer> {
    await this.#owed.get(id)?.();
    this.#owed.delete(id);
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
        return this.#make(id, request, make);
      case 'repeat':
        return JSON.parse(openResponse(result.response, apiKey)) as Answer;
      case 'pending':
        throw stillBeingAnswered();
      case 'conflict':
        throw conflict(
          'This Idempotency-Key was used with another body; repeat that body unchanged, or use a new key.',
        );
    }
  }

  async #make<Answer>(
    id: string,
    { keyId, apiKey, idempotencyKey }: IdempotentRequest,
    make: () => Promise<Answer>,
  ): Promise<Answer> {
    let answer: Answer;
    try {
      answer = await make();
    } catch (error) {
      await this.#tell(id, () => this.#store.releaseIdempotency(keyId, idempotencyKey));
      throw error;
    }
    const response = sealResponse(JSON.stringify(answer), apiKey);
    await this.#tell(id, () => this.#store.saveIdempotentResponse(keyId, idempotencyKey, response));
    return answer;
  }

  /** The outcome stands, whatever becomes of this write: where the store cannot take it now, it takes it later. */
  async #tell(id: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      const [oldest] = this.#owed.keys();
      if (this.#owed.size >= MAX_OWED && oldest !== undefined) this.#owed.delete(oldest);
      this.#owed.set(id, write);
    }
  }
}

function stillBeingAnswered(): HttpError {
  return conflict('A request with this Idempotency-Key is still being answered; repeat it in a few seconds.');
}

function conflict(message: string): HttpError {
  return new HttpError({ code: 'IDEMPOTENCY_CONFLICT', message });
}
