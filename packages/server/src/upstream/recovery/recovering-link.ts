import type {
  HistoryItem,
  ProviderErrorEvent,
  SessionCommand,
  SessionContinuation,
  SessionEvent,
} from '@speko/adapter';
import type { Clock } from '../../clock.ts';
import { InputGate } from '../../input-gate.ts';
import type { CommandResult, LinkListener, ProviderConnection, ProviderLink } from '../connection/provider-link.ts';
import { AnswerWatch } from './answer-watch.ts';
import { Departure } from './departure.ts';
import { Handover } from './handover.ts';
import { hasOversizeId } from './id-renamer.ts';
import { OngoingTalk } from './ongoing-talk.ts';
import { ReplacementPolicy } from './replacement-policy.ts';

/** An opening that fails sooner may be tried once more; later the caller has waited long enough. */
const OPENING_PATIENCE_MS = 5000;
/** Silence after which a vendor that owes an answer counts as stalled, in milliseconds. */
const STALL_TIMEOUT_MS = 30_000;

/**
 * A provider session that outlives its connections. When the vendor asks to leave (go-away, a known end), it moves at
 * the next quiet moment; when the connection breaks, at once. What the user says meanwhile is kept and sent on, what
 * has no answer yet is said again, and the session sees nothing of it but a response that was cut.
 */
export class RecoveringLink implements ProviderLink {
  readonly #options: RecoveringLinkOptions;
  readonly #gate: InputGate<SessionCommand>;
  readonly #talk: OngoingTalk;
  readonly #policy = new ReplacementPolicy();
  readonly #departure: Departure;
  readonly #handover: Handover;
  /** The vendor is not read. */
  #isPaused = false;
  #link: ProviderConnection;
  #generation = 0;
  #startedAtMs = 0;
  #wasReady = false;
  /** Between the end of one connection and the readiness of the next. */
  #isReconnecting = false;
  #isClosed = false;
  #handle: string | undefined;
  readonly #answerWatch: AnswerWatch;
  #hasOddEnd = false;

  constructor(options: RecoveringLinkOptions) {
    const { maxHeldAudioMs, manualTurns } = options;
    this.#options = options;
    this.#departure = new Departure({
      clock: options.clock,
      mayLeaveAtMs: () => (this.#isReconnecting ? Infinity : this.#policy.mayLeaveAtMs),
      isQuiet: () => this.#talk.isQuiet,
      leave: () => this.#guard(() => this.#leave()),
    });
    this.#handover = new Handover(options.clock, () => this.#guard(() => this.#dialAgain()));
    this.#link = options.dial(this.#listenerOf(0), undefined);
    const bytesPerMs = (this.#link.audio.inputSampleRateHz * 2) / 1000;
    this.#gate = new InputGate({
      clock: options.clock,
      maxAudioBytes: maxHeldAudioMs * bytesPerMs,
      onAudio: (pcm) => this.#passAudio(pcm),
      onMessage: (command) => void this.#pass(command),
      onOverflow: () => this.#reportLoss(),
      onFault: (error) => this.#fault(error),
    });
    this.#talk = new OngoingTalk({
      hasFirstMessage: options.hasFirstMessage,
      manualTurns,
      bytesPerMs,
      maxMs: maxHeldAudioMs,
      emit: (event) => {
        if (!this.#isClosed) options.listener.event(event);
      },
      // Only an answer proves that the new connection works: a refused account accepts connections too.
      onCompleted: () => this.#policy.answered(),
    });
    this.#answerWatch = new AnswerWatch({
      clock: options.clock,
      timeoutMs: STALL_TIMEOUT_MS,
      bytesPerMs: (this.#link.audio.outputSampleRateHz * 2) / 1000,
      isSuspicious: () => !this.#isReconnecting && !this.#isClosed && this.#talk.owesWords,
      onSilence: () => this.#guard(() => this.#stalled()),
    });
  }

  get audio() {
    return this.#link.audio;
  }

  get bufferedBytes(): number {
    return this.#isReconnecting ? 0 : this.#link.bufferedBytes;
  }

  get failed() {
    return this.#isReconnecting ? undefined : this.#link.failed;
  }

  start(): void {
    this.#startedAtMs = this.#options.clock.nowMs();
    this.#link.start();
  }

  appendAudio(pcm: Uint8Array): void {
    this.#gate.audio(pcm);
  }

  send(command: SessionCommand): CommandResult {
    if (command.type === 'response-cancel' || command.type === 'response-truncate') {
      // What was being said on the old connection is gone with it; what is said on this one is cut at once.
      const known = this.#isReconnecting ? undefined : this.#talk.withOriginalIds(command);
      return known === undefined ? { type: 'ok' } : this.#link.send(known);
    }
    if (this.#gate.isOpen && this.#gate.isEmpty) return this.#pass(command);
    const chars = 'text' in command ? command.text.length : 'output' in command ? command.output.length : 0;
    if (!this.#gate.message(command, chars)) {
      this.#reportLoss();
      // A lost result must not keep the model waiting.
      if (command.type === 'tool-result') this.#talk.unanswered.toolCancelled(command.callId);
    }
    return { type: 'ok' };
  }

  #passAudio(pcm: Uint8Array): void {
    this.#talk.unanswered.audio(pcm);
    this.#link.appendAudio(pcm);
  }

  #pass(command: SessionCommand): CommandResult {
    this.#talk.unanswered.command(command);
    this.#answerWatch.asked();
    return this.#link.send(this.#talk.withOriginalCall(command));
  }

  pause(): void {
    this.#setPaused(true);
  }

  resume(): void {
    this.#setPaused(false);
  }

  close(): void {
    this.#isClosed = true;
    this.#gate.close();
    this.#departure.cancel();
    this.#handover.cancel();
    this.#answerWatch.stop();
    this.#link.close();
  }

  #setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#link.pause();
    else this.#link.resume();
    this.#answerWatch.suspend(isPaused);
  }

  /** Hears the connection of this number, and no other. */
  #listenerOf(generation: number): LinkListener {
    return {
      event: (event) => this.#received(event, generation),
      fault: (error) => this.#fault(error),
    };
  }

  #emit(event: SessionEvent): void {
    if (!this.#isClosed) this.#options.listener.event(event);
  }

  #fault(error: unknown): void {
    if (!this.#isClosed) this.#options.listener.fault(error);
  }

  #received(event: SessionEvent, generation: number): void {
    if (this.#isClosed || generation !== this.#generation || hasOversizeId(event)) return;
    this.#interpret(event);
    if (this.#isReconnecting || this.#isClosed) return;
    this.#answerWatch.sawTraffic(event);
  }

  #interpret(event: SessionEvent): void {
    switch (event.type) {
      case 'session-ready':
        return this.#ready(event);
      case 'resumption-update':
        this.#handle = event.resumable ? event.handle : undefined;
        return;
      case 'go-away':
        return this.#departure.announced(event.timeLeftMs);
      case 'provider-error':
        return event.fatal ? this.#failedWith(event) : this.#emit(event);
      case 'provider-raw':
        // Unread beyond this point, it would only fill the outlet.
        return;
      default:
        this.#talk.observe(event);
        this.#departure.consider();
    }
  }

  #ready(event: Extract<SessionEvent, { type: 'session-ready' }>): void {
    const isFirst = !this.#wasReady;
    // Once per connection: what has no answer would be said twice.
    if (!isFirst && !this.#isReconnecting) return;
    this.#wasReady = true;
    this.#isReconnecting = false;
    this.#policy.ready(this.#options.clock.nowMs(), isFirst);
    this.#noteEnd(event.expiresAtMs);
    if (isFirst) {
      this.#gate.open();
      this.#emit(event);
    } else {
      if (this.#talk.unanswered.hasLost) this.#reportLoss();
      this.#talk.unanswered.sayAgain(this.#link);
      this.#gate.open();
      this.#options.onRecovered(this.#generation);
    }
    this.#departure.consider();
  }

  #noteEnd(expiresAtMs: number | undefined): void {
    if (expiresAtMs === undefined) return;
    if (this.#departure.knownEnd(expiresAtMs - this.#options.clock.epochMs()) || this.#hasOddEnd) return;
    this.#hasOddEnd = true;
    this.#options.onOddEnd(expiresAtMs);
  }

  #failedWith(event: ProviderErrorEvent): void {
    // A handle that is refused still leaves the way of telling a fresh session what was said.
    const handleRefused = this.#isReconnecting && this.#handle !== undefined;
    if (handleRefused) this.#handle = undefined;
    const isRetryable = event.retryable || handleRefused;
    let last = event;
    if (isRetryable && (this.#wasReady || this.#mayOpenAgain)) {
      const verdict = this.#policy.broke(this.#options.clock.nowMs());
      if (verdict.type === 'reconnect') return this.#replace(verdict.delayMs);
      if (verdict.reason !== undefined) last = { ...event, message: `${verdict.reason}: ${event.message}` };
    }
    this.#isReconnecting = false;
    this.#departure.cancel();
    this.#endTalk(this.#link.close(), false);
    this.#emit(last);
  }

  /** A first connection that died soon is not the last word: the one that follows may find the vendor well. */
  get #mayOpenAgain(): boolean {
    return this.#policy.isFresh && this.#options.clock.nowMs() - this.#startedAtMs < OPENING_PATIENCE_MS;
  }

  /** Leaves a connection that is well. */
  #leave(hasQuestion?: boolean): void {
    this.#policy.left(this.#options.clock.nowMs());
    this.#replace(0, hasQuestion);
  }

  /**
   * Leaves this connection, and dials the next one `delayMs` after nothing is left of it. `hasQuestion`: the vendor may
   * have taken in what it will hear again.
   */
  #replace(delayMs: number, hasQuestion = this.#talk.unanswered.isSaidToEnd): void {
    this.#generation += 1;
    this.#isReconnecting = true;
    this.#gate.shut();
    this.#departure.cancel();
    this.#answerWatch.stop();
    this.#endTalk(this.#handover.begin(this.#link, delayMs), true);
    // The conversation that the vendor kept may hold the question that is asked again: it would hear an order twice.
    if (hasQuestion) this.#handle = undefined;
  }

  #dialAgain(): void {
    const generation = this.#generation;
    this.#talk.moved(generation);
    try {
      const continuation = this.#wasReady && !this.#talk.owesFirstMessage ? this.#continuation() : undefined;
      this.#link = this.#options.dial(this.#listenerOf(generation), continuation);
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
    this.#link.start();
    if (this.#isPaused) this.#link.pause();
  }

  #continuation(): SessionContinuation {
    return {
      ...(this.#handle === undefined ? {} : { handle: this.#handle }),
      history: this.#talk.unanswered.historyBefore(this.#options.history(), this.#gate.messages),
    };
  }

  #stalled(): void {
    if (this.#talk.unanswered.hasQuestions || this.#talk.isAnswering) {
      const message = `The provider owed an answer and sent nothing for ${STALL_TIMEOUT_MS / 1000} s.`;
      this.#failedWith({ type: 'provider-error', code: 'CONNECTION_LOST', message, fatal: true, retryable: true });
    } else if (this.#talk.unanswered.isIgnored || this.#policy.mayLeaveAtMs > this.#options.clock.nowMs())
      this.#talk.answered();
    // What sounded like speech may have been noise that needs no answer: moving on costs little, and is no failure.
    else this.#leave(false);
  }

  /** `last`: what the codec of a connection that is gone had not said to the end. */
  #endTalk(last: readonly SessionEvent[], isReplaced: boolean): void {
    const handle = last.findLast((event) => event.type === 'resumption-update');
    if (handle !== undefined) this.#handle = handle.resumable ? handle.handle : undefined;
    this.#talk.cut(last, isReplaced);
  }

  /** Timers have no caller who could catch what a listener throws. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fault(error);
    }
  }

  #reportLoss(): void {
    const message = `Its connection was down for so long that something you sent meanwhile was lost.`;
    this.#emit({ type: 'provider-error', code: 'UNAVAILABLE', message, fatal: false, retryable: true });
  }
}

export interface RecoveringLinkOptions {
  /** Makes a connection, not yet started; with what it continues, if the session was opened on one before it. */
  dial(listener: LinkListener, continuation: SessionContinuation | undefined): ProviderConnection;
  readonly listener: LinkListener;
  /** History so far, for a provider session that has to be started anew. */
  history(): readonly HistoryItem[];
  readonly clock: Clock;
  /** The provider is to speak first. */
  readonly hasFirstMessage: boolean;
  /** Only `audio-commit` ends a user's turn. */
  readonly manualTurns: boolean;
  /** Most user audio kept while no connection can take it. */
  readonly maxHeldAudioMs: number;
  /** A connection took the place of another one; `count` of them so far. */
  onRecovered(count: number): void;
  /** The vendor stated an end of its connection that cannot be true and is ignored; called once. Epoch milliseconds. */
  onOddEnd(expiresAtMs: number): void;
}
