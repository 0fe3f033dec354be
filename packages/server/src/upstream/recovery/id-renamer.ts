import type { SessionEvent } from '@speko/adapter';

const MAX_NAMES = 1000;
/** Ids are kept in many places; those of vendors have some tens of characters. */
const MAX_ID_CHARS = 1024;

/** Whether an event names something by an id too long to be kept. */
export function hasOversizeId(event: SessionEvent): boolean {
  const isOversize = (id: string | undefined): boolean => id !== undefined && id.length > MAX_ID_CHARS;
  return (
    ('responseId' in event && isOversize(event.responseId)) ||
    ('itemId' in event && isOversize(event.itemId)) ||
    ('turnId' in event && isOversize(event.turnId)) ||
    ('callId' in event && isOversize(event.callId))
  );
}

/**
 * Gives the ids of a replacement connection names of their own: codecs mint or receive ids per connection, and the
 * session must not take a second `item_1` for the first.
 */
export class IdRenamer {
  readonly #prefix: string;
  /** Renamed strings are kept: hundreds of audio events in a row carry the same ids. */
  readonly #names = new Map<string, string>();

  constructor(generation: number) {
    this.#prefix = generation === 0 ? '' : `connection-${generation + 1}:`;
  }

  /** The event with the session's ids. */
  rename(event: SessionEvent): SessionEvent {
    if (this.#prefix === '') return event;
    switch (event.type) {
      case 'audio-delta':
        return { ...event, responseId: this.#name(event.responseId), itemId: this.#name(event.itemId) };
      case 'speech-start':
      case 'speech-end':
      case 'input-commit':
      case 'transcript-end':
        return { ...event, turnId: this.#name(event.turnId) };
      case 'transcript-delta':
      case 'transcript-replace':
        return {
          ...event,
          turnId: this.#name(event.turnId),
          ...(event.itemId === undefined ? {} : { itemId: this.#name(event.itemId) }),
        };
      case 'response-start':
      case 'response-end':
        return { ...event, responseId: this.#name(event.responseId) };
      case 'response-interrupt':
      case 'usage-report':
      case 'tool-call':
        return event.responseId === undefined ? event : { ...event, responseId: this.#name(event.responseId) };
      case 'session-ready':
      case 'tool-cancel':
      case 'server-tool':
      case 'resumption-update':
      case 'go-away':
      case 'provider-error':
      case 'provider-raw':
        return event;
    }
  }

  /** The connection's own id, or `undefined` for an id of another connection. */
  original(name: string): string | undefined {
    if (this.#prefix === '') return /^connection-\d+:/.test(name) ? undefined : name;
    return name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : undefined;
  }

  #name(id: string): string {
    let name = this.#names.get(id);
    if (name === undefined) {
      name = this.#prefix + id;
      if (this.#names.size >= MAX_NAMES) this.#names.clear();
      this.#names.set(id, name);
    }
    return name;
  }
}
