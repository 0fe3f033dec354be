import type { ResponseEndEvent, SessionEvent } from '@speko/adapter';
import { PcmAligner } from '@speko/audio';
import { RecentIds } from './recent-map.ts';

/**
 * The responses of one provider session, kept in the order that the contract asks for whatever the vendor sends: one
 * start and one end each, everything else in between, nothing after an interruption. One response is open at a time.
 *
 * Each method returns the events to report; none where the vendor's message comes too late to mean anything.
 */
export class ModelResponses {
  readonly #ended = new RecentIds();
  readonly #calls = new RecentIds();
  readonly #aligner = new PcmAligner();
  #openId: string | undefined;
  #alignedItemId: string | undefined;

  /** The response that is open, if one is. */
  get openId(): string | undefined {
    return this.#openId;
  }

  /** The model begins to answer; a response that is still open ends as `superseded`. */
  start(responseId: string): SessionEvent[] {
    if (responseId === this.#openId || this.#ended.has(responseId)) return [];
    const events = this.end(this.#openId, 'incomplete', { reason: 'superseded' });
    this.#openId = responseId;
    return [...events, { type: 'response-start', responseId }];
  }

  /** Audio, PCM16 little-endian; half a sample waits for the next piece of the same item. */
  audio(responseId: string, itemId: string, bytes: Uint8Array): SessionEvent[] {
    const events = this.start(responseId);
    if (responseId !== this.#openId) return events;
    if (itemId !== this.#alignedItemId) this.#aligner.reset();
    this.#alignedItemId = itemId;
    const pcm = this.#aligner.push(bytes);
    return pcm.byteLength === 0 ? events : [...events, { type: 'audio-delta', responseId, itemId, pcm }];
  }

  /** Words that the model says. */
  words(responseId: string, itemId: string, delta: string): SessionEvent[] {
    const events = this.start(responseId);
    if (responseId !== this.#openId || delta === '') return events;
    return [...events, { type: 'transcript-delta', role: 'assistant', turnId: responseId, itemId, delta }];
  }

  /** A complete tool call of the open response; a repeated one is dropped. */
  call(call: { readonly callId: string; readonly name: string; readonly arguments: string }): SessionEvent[] {
    const responseId = this.#openId;
    if (responseId === undefined || this.#calls.has(call.callId)) return [];
    this.#calls.add(call.callId);
    return [{ type: 'tool-call', ...call, responseId }];
  }

  /** A response is over; from now on nothing of it is heard. Without an id it is the open one. */
  end(
    responseId: string | undefined,
    status: ResponseEndEvent['status'],
    details: Pick<ResponseEndEvent, 'reason' | 'usage'> = {},
  ): SessionEvent[] {
    if (responseId === undefined) return [];
    this.#ended.add(responseId);
    if (responseId !== this.#openId) return [];
    this.#openId = undefined;
    return [{ type: 'response-end', responseId, status, ...details }];
  }
}
