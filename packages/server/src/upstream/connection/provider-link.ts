import type { ProviderAudio, SessionCommand, SessionEvent } from '@speko/adapter';

/** The outcome of a command: handed over, or not possible with this provider. */
export type CommandResult = { readonly type: 'ok' } | { readonly type: 'unsupported'; readonly reason: string };

/** Receives what a link reports, from its start to its close. */
export interface LinkListener {
  event(event: SessionEvent): void;
  /** Called in place of an event when the adapter, or `event`, threw. */
  fault(error: unknown): void;
}

/**
 * A provider session, dialled or in process, on equal terms. It reports to the listener that it was made with; the
 * last event of a link that dies is fatal.
 */
export interface ProviderLink {
  readonly audio: ProviderAudio;
  /** Begins: dials, or starts the engine. */
  start(): void;
  /** Only after `session-ready`. */
  appendAudio(pcm: Uint8Array): void;
  /** Only after `session-ready`. */
  send(command: SessionCommand): CommandResult;
  /** Bytes that wait to leave for the provider. */
  readonly bufferedBytes: number;
  /** Stops and resumes reading from the provider, for a listener that cannot take more. */
  pause(): void;
  resume(): void;
  /** The link is dead: it reported a fatal error. */
  readonly failed: { readonly retryable: boolean } | undefined;
  /** Ends the provider session; no event follows. May be called twice. */
  close(): void;
}

/** A provider session on one connection. */
export interface ProviderConnection extends ProviderLink {
  /**
   * Ends the session, as `ProviderLink.close` does.
   * @param whenGone - called once nothing of the connection is left, perhaps at once
   * @returns what the provider had not said to the end: final texts, ends of turns, usage
   */
  close(whenGone?: () => void): readonly SessionEvent[];
}
