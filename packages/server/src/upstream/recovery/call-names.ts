import type { SessionCommand, SessionEvent } from '@speko/adapter';

/** Calls of a session that are told apart; an id that comes again after so many others is a new one to everybody. */
const MAX_NAMES = 1000;

/**
 * Names the tool calls of a session, each by its own id as long as no call before had that one. Some servers count
 * their calls anew on every connection. A codec knows only those calls of earlier connections that its history tells
 * of, which are not the ones that were withdrawn, and not all of a very long session.
 */
export class CallNames {
  /** The oldest first. */
  readonly #taken = new Set<string>();
  /** Of this connection, both ways. */
  readonly #names = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  /** Another connection follows. What it is told of earlier calls has their names, and so do the results it is sent. */
  moved(): void {
    this.#names.clear();
    this.#ids.clear();
  }

  /** The event with the name of its call. */
  rename(event: SessionEvent): SessionEvent {
    if (event.type === 'tool-call') return { ...event, callId: this.#called(event.callId) };
    if (event.type === 'tool-cancel') return { ...event, callId: this.#names.get(event.callId) ?? event.callId };
    return event;
  }

  /** The command with the connection's own id. */
  original(command: SessionCommand): SessionCommand {
    if (command.type !== 'tool-result') return command;
    return { ...command, callId: this.#ids.get(command.callId) ?? command.callId };
  }

  #called(callId: string): string {
    const name = this.#free(callId);
    this.#taken.add(name);
    this.#names.set(callId, name);
    this.#ids.set(name, callId);
    for (const names of [this.#taken, this.#names, this.#ids]) {
      const [oldest] = names.keys();
      if (names.size > MAX_NAMES && oldest !== undefined) names.delete(oldest);
    }
    return name;
  }

  /** Short, and of characters that every vendor takes: it is told of the call again by this name. */
  #free(callId: string): string {
    let name = callId;
    for (let count = 2; this.#taken.has(name); count++) name = `${callId}_${count}`;
    return name;
  }
}
