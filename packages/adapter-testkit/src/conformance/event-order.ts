import type { SessionEvent } from '@speko/adapter';

/**
 * Reads a list of events as the gateway does and tells what breaks the order: starts and ends, what lies between
 * them, ids. `isWhole` when the session ran to its end, so that everything must be closed.
 */
export function findOrderFaults(events: readonly SessionEvent[], { isWhole }: { readonly isWhole: boolean }): string[] {
  const reader = new OrderReader();
  for (const event of events) reader.read(event);
  return isWhole ? reader.end() : reader.faults;
}

class OrderReader {
  readonly faults: string[] = [];
  readonly #responses = new Map<string, 'open' | 'ended'>();
  readonly #itemOwners = new Map<string, string>();
  readonly #committed = new Set<string>();
  readonly #transcribed = new Set<string>();
  readonly #calls = new Set<string>();
  #speakingTurn: string | undefined;

  read(event: SessionEvent): void {
    switch (event.type) {
      case 'speech-start':
        if (this.#speakingTurn !== undefined) {
          this.#fault(`speech-start of ${event.turnId} while ${this.#speakingTurn} has no speech-end`);
        }
        if (this.#committed.has(event.turnId)) this.#fault(`speech-start of ${event.turnId} after its input-commit`);
        this.#speakingTurn = event.turnId;
        break;
      case 'speech-end':
        if (this.#speakingTurn !== event.turnId) this.#fault(`speech-end of ${event.turnId} without its speech-start`);
        this.#speakingTurn = undefined;
        break;
      case 'input-commit':
        if (this.#committed.has(event.turnId)) this.#fault(`second input-commit of ${event.turnId}`);
        this.#committed.add(event.turnId);
        break;
      case 'transcript-delta':
      case 'transcript-replace':
        if (event.role === 'assistant') this.#requireOpen(event.type, event.turnId, event.itemId);
        else if (this.#transcribed.has(event.turnId))
          this.#fault(`${event.type} of ${event.turnId} after its transcript-end`);
        break;
      case 'transcript-end':
        if (this.#transcribed.has(event.turnId)) this.#fault(`second transcript-end of ${event.turnId}`);
        this.#transcribed.add(event.turnId);
        break;
      case 'response-start':
        if (this.#responses.has(event.responseId)) this.#fault(`second response-start of ${event.responseId}`);
        this.#responses.set(event.responseId, 'open');
        break;
      case 'audio-delta':
        this.#requireOpen(event.type, event.responseId, event.itemId);
        break;
      case 'response-end':
        if (this.#responses.get(event.responseId) !== 'open') {
          this.#fault(`response-end of ${event.responseId}, which is not open`);
        }
        this.#responses.set(event.responseId, 'ended');
        break;
      case 'tool-call':
        if (this.#calls.has(event.callId)) this.#fault(`second tool-call ${event.callId}`);
        this.#calls.add(event.callId);
        if (event.responseId !== undefined) this.#requireOpen(event.type, event.responseId);
        break;
      case 'tool-cancel':
        if (!this.#calls.has(event.callId)) this.#fault(`tool-cancel of ${event.callId}, which was never called`);
        break;
      case 'session-ready':
      case 'response-interrupt':
      case 'server-tool':
      case 'usage-report':
      case 'resumption-update':
      case 'go-away':
      case 'provider-error':
      case 'provider-raw':
        break;
      default:
        event satisfies never;
    }
  }

  end(): string[] {
    for (const [responseId, state] of this.#responses) {
      if (state === 'open') this.#fault(`${responseId} has no response-end`);
    }
    return this.faults;
  }

  #requireOpen(type: string, responseId: string, itemId?: string): void {
    if (this.#responses.get(responseId) !== 'open') {
      this.#fault(`${type} of ${responseId} outside its response-start and response-end`);
    }
    if (itemId === undefined) return;
    const owner = this.#itemOwners.get(itemId) ?? responseId;
    if (owner !== responseId) this.#fault(`${type} moves ${itemId} from ${owner} to ${responseId}`);
    this.#itemOwners.set(itemId, owner);
  }

  #fault(text: string): void {
    this.faults.push(text);
  }
}
