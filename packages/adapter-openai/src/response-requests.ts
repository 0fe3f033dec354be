import type { ProviderErrorEvent } from '@speko/adapter';
import {
  EMPTY_RESPONSE_QUEUE,
  responseQueueDeadlineMs,
  type ResponseQueueEffect,
  type ResponseQueueInput,
  stepResponseQueue,
} from '@speko/adapter-kit';
import type { AssistantOutput } from './assistant-output.ts';
import { type CodecDraft, push } from './codec-output.ts';

const EXPIRED: ProviderErrorEvent = {
  type: 'provider-error',
  code: 'PROVIDER_ERROR',
  message: 'The provider did not start a response within 10 seconds.',
  fatal: false,
  retryable: true,
};

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
        push(draft, {
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
        push(draft, { type: 'response.cancel', response_id: effect.responseId });
        return;
      case 'unwanted':
        this.#output.responses.exclude(effect.responseId);
        return;
      case 'expired':
        draft.events.push(EXPIRED);
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
