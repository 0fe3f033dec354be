import type {
  HistoryItem,
  ProviderErrorEvent,
  SessionCommand,
  SessionContinuation,
  SessionEvent,
} from '@speko/adapter';
import type { Clock, Timer } from '../clock.ts';
import { EventOutlet } from './event-outlet.ts';
import { IdRenamer } from './id-renamer.ts';
import { InputBacklog } from './input-backlog.ts';
import type { CommandResult, LinkListener, ProviderLink } from './provider-link.ts';
import { UtteranceTape } from './utterance-tape.ts';

/** Waits before each attempt to reconnect, milliseconds; after the last one the session is over. */
export const RECONNECT_DELAYS_MS = [0, 250, 1000, 3000] as const;

/** Before the vendor's own deadline: long enough for a handshake, short enough to wait for the end of a sentence. */
const leaveMarginMs = 10_000;
/** Some vendors refuse to resume a session whose old connection they have not yet seen closed. */
const moveDelayMs = 150;
/** How early a connection with a known end is replaced. */
const expiryMarginMs = 120_000;
/** A vendor that owes an answer and says nothing for so long has stopped. */
const stallTimeoutMs = 30_000;

/**
 * A provider session that outlives its connections. When the vendor asks to leave (go-away, a known end), it moves at
 * the next quiet moment; when the connection breaks, at once. What the user says meanwhile is kept and sent on, what
 * the vendor may not have understood is said again, and the session sees nothing of it but a response that was cut.
 */
export class RecoveringLink implements ProviderLink {
  readonly #options: RecoveringLinkOptions;
  readonly #outlet = new EventOutlet();
  readonly #backlog: InputBacklog<SessionCommand>;
  readonly #tape: UtteranceTape;
  readonly #openResponses = new Set<string>();
  /** What asked for an answer that has not begun: it is asked again on the next connection. */
  #owed: SessionCommand[] = [];
  /** The model waits for these results, and owes nothing meanwhile. */
  readonly #openCalls = new Set<string>();
  #link: ProviderLink;
  #renamer = new IdRenamer(0);
  #generation = 0;
  #attempt = 0;
  #everReady = false;
  /** Between the end of one connection and the readiness of the next. */
  #reconnecting = false;
  #userSpeaks = false;
  #leaving = false;
  #paused = false;
  #closed = false;
  #handle: string | undefined;
  #leaveTimer: Timer | undefined;
  #retryTimer: Timer | undefined;
  #stallTimer: Timer | undefined;

  constructor(options: RecoveringLinkOptions) {
    const { maxHeldAudioMs, manualTurns } = options;
    this.#options = options;
    this.#link = options.dial(undefined);
    const bytesPerMs = (this.#link.audio.inputSampleRateHz * 2) / 1000;
    this.#backlog = new InputBacklog(maxHeldAudioMs * bytesPerMs, () => this.#reportLoss());
    this.#tape = new UtteranceTape({ bytesPerMs, leadInMs: 300, maxMs: maxHeldAudioMs, keepsAll: manualTurns });
  }

  get audio() {
    return this.#link.audio;
  }

  get bufferedBytes(): number {
    return this.#reconnecting ? 0 : this.#link.bufferedBytes;
  }

  get failed() {
    return this.#reconnecting ? undefined : this.#link.failed;
  }

  start(): void {
    this.#follow(0);
    this.#link.start();
  }

  listen(listener: LinkListener): void {
    this.#outlet.listen(listener);
  }

  appendAudio(pcm: Uint8Array): void {
    if (this.#reconnecting) return this.#backlog.audio(pcm);
    this.#tape.record(pcm);
    this.#link.appendAudio(pcm);
  }

  send(command: SessionCommand): CommandResult {
    if (this.#reconnecting) {
      // What was being said on the old connection is gone with it.
      if (command.type !== 'response-cancel' && command.type !== 'response-truncate') this.#hold(command);
      return { type: 'ok' };
    }
    const known = this.#withOriginalIds(command);
    if (known === undefined) return { type: 'ok' };
    if (command.type === 'tool-result') this.#openCalls.delete(command.callId);
    if (this.#asks(command)) {
      this.#owed.push(command);
      this.#answerDue();
    }
    if (command.type === 'audio-clear') this.#tape.understood(this.#options.manualTurns);
    return this.#link.send(known);
  }

  pause(): void {
    this.#paused = true;
    this.#link.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#link.resume();
  }

  close(): void {
    this.#closed = true;
    this.#outlet.close();
    for (const timer of [this.#leaveTimer, this.#retryTimer, this.#stallTimer]) timer?.cancel();
    this.#link.close();
  }

  #follow(generation: number): void {
    this.#link.listen({
      event: (event) => this.#received(event, generation),
      fault: (error) => this.#outlet.fault(error),
      history: () => [],
    });
  }

  #received(event: SessionEvent, generation: number): void {
    if (this.#closed || generation !== this.#generation) return;
    this.#stallTimer?.cancel();
    switch (event.type) {
      case 'session-ready':
        return this.#ready(event);
      case 'resumption-update':
        this.#handle = event.resumable ? event.handle : undefined;
        return;
      case 'go-away':
        return this.#leave(event.timeLeftMs - Math.min(leaveMarginMs, event.timeLeftMs / 2));
      case 'provider-error':
        return event.fatal ? this.#failedWith(event) : this.#outlet.emit(event);
      default:
        this.#track(event);
        this.#outlet.emit(this.#renamer.rename(event));
        if (this.#leaving) this.#leaveWhenQuiet();
    }
  }

  #ready(event: Extract<SessionEvent, { type: 'session-ready' }>): void {
    if (event.expiresAtMs !== undefined) {
      const leftMs = event.expiresAtMs - this.#options.clock.epochMs();
      this.#leaveTimer?.cancel();
      this.#leaveTimer = this.#options.clock.setTimer(
        () => this.#leave(expiryMarginMs - leaveMarginMs),
        Math.max(0, leftMs - expiryMarginMs),
      );
    }
    if (!this.#everReady) {
      this.#everReady = true;
      this.#outlet.emit(event);
      return;
    }
    this.#reconnecting = false;
    for (const chunk of this.#tape.chunks) this.#link.appendAudio(chunk);
    for (const command of this.#owed.splice(0)) this.send(command);
    for (const input of this.#backlog.take()) {
      if (input instanceof Uint8Array) this.appendAudio(input);
      else this.send(input);
    }
    this.#options.onRecovered(this.#generation);
  }

  /** What is open decides when it is quiet, and what has to be said again. */
  #track(event: SessionEvent): void {
    switch (event.type) {
      case 'speech-start':
        this.#userSpeaks = true;
        return this.#tape.speechStarted();
      case 'speech-end':
        this.#userSpeaks = false;
        return this.#answerDue();
      case 'response-start':
        this.#openResponses.add(event.responseId);
        this.#owed = [];
        this.#userSpeaks = false;
        return this.#tape.understood(this.#options.manualTurns);
      case 'response-end':
        this.#openResponses.delete(event.responseId);
        // Only an answer proves that the new connection works: a refused account accepts connections too.
        if (event.status === 'completed') this.#attempt = 0;
        return;
      case 'tool-call':
        this.#openCalls.add(event.callId);
        return;
      case 'tool-cancel':
        this.#openCalls.delete(event.callId);
        return;
      default:
    }
  }

  #failedWith(event: ProviderErrorEvent): void {
    // A handle that is refused still leaves the way of telling a fresh session what was said.
    const handleRefused = this.#reconnecting && this.#handle !== undefined;
    if (handleRefused) this.#handle = undefined;
    const recoverable = this.#everReady && (event.retryable || handleRefused);
    if (!recoverable || !this.#reconnect()) this.#outlet.emit(event);
  }

  /** Moves at the next quiet moment, and in `forceInMs` at the latest. */
  #leave(forceInMs: number): void {
    this.#leaving = true;
    this.#leaveTimer?.cancel();
    this.#leaveTimer = this.#options.clock.setTimer(() => this.#replace(moveDelayMs), Math.max(0, forceInMs));
    this.#leaveWhenQuiet();
  }

  #leaveWhenQuiet(): void {
    const { manualTurns } = this.#options;
    const unsaid = this.#openCalls.size > 0 || this.#owed.length > 0 || (manualTurns && this.#tape.chunks.length > 0);
    if (this.#reconnecting || this.#userSpeaks || this.#openResponses.size > 0 || unsaid) return;
    this.#tape.understood(manualTurns);
    this.#replace(moveDelayMs);
  }

  /** Replaces a connection that broke; false when there have been too many attempts. */
  #reconnect(): boolean {
    const delayMs = RECONNECT_DELAYS_MS[this.#attempt];
    if (delayMs === undefined) return false;
    this.#attempt += 1;
    this.#replace(delayMs);
    return true;
  }

  #replace(delayMs: number): void {
    this.#generation += 1;
    this.#reconnecting = true;
    this.#leaving = false;
    this.#userSpeaks = false;
    this.#leaveTimer?.cancel();
    this.#stallTimer?.cancel();
    this.#link.close();
    this.#endOpenResponses();
    this.#retryTimer?.cancel();
    this.#retryTimer = this.#options.clock.setTimer(() => this.#dialAgain(), delayMs);
  }

  #dialAgain(): void {
    const generation = this.#generation;
    this.#renamer = new IdRenamer(generation);
    try {
      this.#link = this.#options.dial({
        ...(this.#handle === undefined ? {} : { handle: this.#handle }),
        history: withoutOwed(this.#outlet.listener?.history() ?? [], this.#owed),
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : 'The provider cannot be dialled again.';
      return this.#failedWith({
        type: 'provider-error',
        code: 'CONNECT_FAILED',
        message,
        fatal: true,
        retryable: false,
      });
    }
    this.#follow(generation);
    this.#link.start();
    if (this.#paused) this.#link.pause();
  }

  /** A response whose connection is gone says nothing more. */
  #endOpenResponses(): void {
    for (const responseId of this.#openResponses) {
      this.#outlet.emit(
        this.#renamer.rename({ type: 'response-end', responseId, status: 'cancelled', reason: 'connection_lost' }),
      );
    }
    this.#openResponses.clear();
  }

  /** With the provider's own turn detection a commit may have nothing to end: no answer is owed for it. */
  #asks({ type }: SessionCommand): boolean {
    return type === 'text-append' || type === 'tool-result' || (type === 'audio-commit' && this.#options.manualTurns);
  }

  #answerDue(): void {
    this.#stallTimer?.cancel();
    if (this.#openCalls.size > 0) return;
    this.#stallTimer = this.#options.clock.setTimer(() => {
      // What sounded like speech may have been noise that needs no answer: moving on costs nothing, and is no failure.
      if (this.#owed.length === 0) return this.#replace(0);
      const message = `The provider owed an answer and sent nothing for ${stallTimeoutMs / 1000} s.`;
      this.#failedWith({ type: 'provider-error', code: 'CONNECTION_LOST', message, fatal: true, retryable: true });
    }, stallTimeoutMs);
  }

  #hold(command: SessionCommand): void {
    const chars = 'text' in command ? command.text.length : 'output' in command ? command.output.length : 0;
    if (!this.#backlog.message(command, chars)) this.#reportLoss();
  }

  #reportLoss(): void {
    const message = `Its connection was down for so long that something you sent meanwhile was lost.`;
    this.#outlet.emit({ type: 'provider-error', code: 'UNAVAILABLE', message, fatal: false, retryable: true });
  }

  #withOriginalIds(command: SessionCommand): SessionCommand | undefined {
    if (command.type !== 'response-cancel' && command.type !== 'response-truncate') return command;
    const responseId = this.#renamer.original(command.responseId);
    if (responseId === undefined) return undefined;
    if (command.type === 'response-cancel') return { ...command, responseId };
    const items = command.items.map((item) => ({
      ...item,
      itemId: this.#renamer.original(item.itemId) ?? item.itemId,
    }));
    return { ...command, responseId, items };
  }
}

export interface RecoveringLinkOptions {
  /** Makes a connection, not yet started; with what it continues, if it is not the first. */
  dial(continuation: SessionContinuation | undefined): ProviderLink;
  readonly clock: Clock;
  /** Only `audio-commit` ends a user's turn. */
  readonly manualTurns: boolean;
  /** Most user audio kept while no connection can take it. */
  readonly maxHeldAudioMs: number;
  /** A connection took the place of another one; `count` of them so far. */
  onRecovered(count: number): void;
}

/** The history as it was before the questions that will be asked again. */
function withoutOwed(history: readonly HistoryItem[], owed: readonly SessionCommand[]): readonly HistoryItem[] {
  const asked = (item: HistoryItem): boolean =>
    owed.some((command) => {
      if (command.type === 'text-append')
        return item.type === 'message' && item.role === 'user' && item.text === command.text;
      return command.type === 'tool-result' && item.type === 'tool-result' && item.callId === command.callId;
    });
  const lastAnswer = history.findLastIndex((item) => item.type === 'message' && item.role === 'assistant');
  return history.filter((item, index) => index < lastAnswer || !asked(item));
}
