import type { ResponseEndEvent, SessionEvent } from '@speko/adapter';
import { PcmAligner } from '@speko/audio';
import { DAMAGED_AUDIO } from './damaged-audio.ts';
import { readToolArguments } from './read-tool-arguments.ts';
import { RecentIds, RecentMap } from './recent-map.ts';
import { unusableToolCall } from './unusable-tool-call.ts';

/** Outcome of a vendor's call. */
export interface CallOutcome {
  /** The call; an error where it cannot be used; none for one that is repeated or of no open response. */
  readonly events: SessionEvent[];
  /** The result to send to the vendor at once, for a call that cannot be used. */
  readonly result?: { readonly callId: string; readonly output: string };
}

interface ModelCall {
  /** The vendor's. */
  readonly callId: string;
  readonly text: string;
  isOpen: boolean;
}

/**
 * The responses of one provider session, kept in the order that the contract asks for whatever the vendor sends: one
 * start and one end each, everything else in between, nothing after an interruption. One response is open at a time.
 *
 * Each method returns the events to report; none where the vendor's message comes too late to mean anything.
 */
export class ModelResponses {
  readonly #ended = new RecentIds();
  /** By the id of the session. */
  readonly #calls = new RecentMap<string, ModelCall>();
  /** The latest under each of the vendor's ids. */
  readonly #latest = new RecentMap<string, ModelCall>();
  #callCount = 0;
  readonly #aligner = new PcmAligner();
  #openId: string | undefined;
  #alignedItemId: string | undefined;

  /** The response that is open, if one is. */
  get openId(): string | undefined {
    return this.#openId;
  }

  /** The model begins to answer; a response that is still open is `cancelled` as `superseded`. */
  start(responseId: string): SessionEvent[] {
    if (responseId === this.#openId || this.#ended.has(responseId)) return [];
    const events = this.end(this.#openId, 'cancelled', { reason: 'superseded' });
    this.#openId = responseId;
    return [...events, { type: 'response-start', responseId }];
  }

  /**
   * Audio, PCM16 little-endian; half a sample waits for the next piece of the same item.
   *
   * @param bytes - `undefined` for audio that is damaged, which is reported.
   */
  audio(responseId: string, itemId: string, bytes: Uint8Array | undefined): SessionEvent[] {
    const events = this.start(responseId);
    if (responseId !== this.#openId) return events;
    if (bytes === undefined) return [...events, DAMAGED_AUDIO];
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

  /**
   * A complete tool call of the open response. One that is repeated while it is open is dropped; a vendor's id that is
   * used again for another call gets a new one.
   *
   * @param call - With the vendor's id, and its arguments in whatever form the vendor sends.
   */
  call(call: { readonly callId: string; readonly name: string; readonly arguments: unknown }): CallOutcome {
    const responseId = this.#openId;
    const args = readToolArguments(call.arguments);
    const text = `${call.name} ${args.ok ? args.text : args.problem}`;
    const latest = this.#latest.get(call.callId);
    if (responseId === undefined || (latest?.isOpen === true && latest.text === text)) return { events: [] };
    const known = { callId: call.callId, text, isOpen: args.ok };
    this.#latest.set(call.callId, known);
    if (!args.ok) {
      const output = JSON.stringify({ error: args.problem });
      return { events: [unusableToolCall(call.name, args.problem)], result: { callId: call.callId, output } };
    }
    const callId = this.#freeId(call.callId);
    this.#calls.set(callId, known);
    return { events: [{ type: 'tool-call', callId, name: call.name, arguments: args.text, responseId }] };
  }

  /** The result of a call is sent: the vendor's id of it. */
  answered(callId: string): string {
    const call = this.#calls.get(callId);
    if (call === undefined) return callId;
    call.isOpen = false;
    return call.callId;
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

  #freeId(wireId: string): string {
    let callId = wireId;
    while (this.#calls.has(callId)) {
      this.#callCount += 1;
      callId = `${wireId}~${this.#callCount + 1}`;
    }
    return callId;
  }
}
