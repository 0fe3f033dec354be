import { type CodecDraft, pushMessage } from '../codec-draft.ts';
import type { AssistantOutput } from './assistant-output.ts';
import {
  EMPTY_RESPONSE_QUEUE,
  responseQueueDeadlineMs,
  type ResponseQueueEffect,
  type ResponseQueueInput,
  stepResponseQueue,
} from './response-queue.ts';

/** Asks for one response. Its mark comes back as metadata of `response.created`. */
export interface ResponseCreateMessage {
  readonly type: 'response.create';
  readonly event_id: string;
  readonly response: {
    readonly metadata: { readonly client_event_id: string };
    readonly instructions?: string;
    readonly tool_choice?: 'none';
  };
}

/** The shell of the response queue: it turns what the queue decides into messages and events. */
export class ResponseRequests {
  readonly #output: AssistantOutput;
  #queue = EMPTY_RESPONSE_QUEUE;

  constructor(output: AssistantOutput) {
    this.#output = output;
  }

  get deadlineMs(): number | undefined {
    return responseQueueDeadlineMs(this.#queue);
  }

  /** The request that is on the wire and unanswered: what a refusal without an id must be about. */
  get sentEventId(): string | undefined {
    const { slot } = this.#queue;
    return slot.state === 'idle' ? undefined : slot.sent?.eventId;
  }

  /** Moves the queue on and does what it decides. */
  step(input: ResponseQueueInput, draft: CodecDraft, nowMs: number): void {
    const { state, effects } = stepResponseQueue(this.#queue, input, nowMs);
    this.#queue = state;
    for (const effect of effects) this.#perform(effect, draft);
  }

  /** Asks for an answer to what has these ids, as soon as that is possible. */
  ask(unacknowledged: readonly string[], draft: CodecDraft, nowMs: number): void {
    this.step({ type: 'request', request: { unacknowledged } }, draft, nowMs);
  }

  /** The connection is gone. */
  close(): void {
    this.#queue = EMPTY_RESPONSE_QUEUE;
  }

  #perform(effect: ResponseQueueEffect, draft: CodecDraft): void {
    switch (effect.type) {
      case 'create': {
        const { eventId, instructions } = effect;
        pushMessage<ResponseCreateMessage>(draft, {
          type: 'response.create',
          event_id: eventId,
          response: {
            metadata: { client_event_id: eventId },
            ...(instructions === undefined ? {} : { instructions, tool_choice: 'none' }),
          },
        });
        return;
      }
      case 'cancel':
        pushMessage(draft, { type: 'response.cancel', response_id: this.#output.names.wireIdOf(effect.responseId) });
        return;
      case 'unwanted': {
        const { responseId } = effect;
        // It may have said something before it was announced.
        const wasOpen = this.#output.end(responseId);
        this.#output.responses.exclude(responseId);
        if (wasOpen) draft.events.push({ type: 'response-end', responseId, status: 'cancelled', reason: 'unwanted' });
        return;
      }
      case 'expired':
        // The recovering link knows that an answer is owed, and asks again on another connection.
        return;
      case 'vanished': {
        const { responseId } = effect;
        if (!this.#output.end(responseId)) return;
        draft.events.push({ type: 'response-end', responseId, status: 'cancelled', reason: 'client_cancelled' });
        return;
      }
    }
  }
}
