import { type Agenda, layOutResponse, type SimulatedReply } from '@speko/simulator-kit';
import type { ResponseParameters } from './client-events.ts';
import type { Outbox } from './outbox.ts';
import type { SessionSettings } from './session-settings.ts';
import type { SimulatedConversation } from './simulated-conversation.ts';
import { type ResponseStatus, SimulatedResponseRun } from './simulated-response.ts';
import { describeTurn } from './simulated-turn.ts';
import type { SimulatorSettings } from './simulator-options.ts';
import { VendorError } from './vendor-error.ts';

/** Lengths of pieces of audio, as on the live service. */
const CHUNK_MS = [480, 120, 360, 600, 240];
const FAULT_AFTER_DELTAS = 3;
const DELTAS_AFTER_CANCEL = 2;
const LATE_DELTAS_MS = 200;
const AUDIO_TOKENS_PER_SECOND = 10;

/** A response, from the decision to speak to its end. */
interface Running {
  readonly run: SimulatedResponseRun;
  /** When the model begins to answer. */
  readonly startMs: number;
  /** The caller's audio is thrown away while it lasts. */
  readonly isUninterruptible: boolean;
  /** The item of the turn that it answers, where the vendor's own turn detection began it. */
  readonly answersItemId: string | undefined;
}

/** The question, and how to answer it. */
export interface ResponseWish {
  /** Said word for word; it answers nothing. */
  readonly reply?: SimulatedReply;
  readonly parameters?: ResponseParameters | undefined;
  readonly isUninterruptible?: boolean;
  readonly answersItemId?: string;
}

/** What the model of one connection says, and when it stops. */
export class SimulatedModel {
  readonly #settings: SimulatorSettings;
  readonly #conversation: SimulatedConversation;
  readonly #outbox: Outbox;
  readonly #agenda: Agenda;
  readonly #session: () => SessionSettings;
  readonly #openedAtMs: number;
  #running: Running | undefined;
  #responseCount = 0;

  constructor(options: {
    readonly settings: SimulatorSettings;
    readonly conversation: SimulatedConversation;
    readonly outbox: Outbox;
    readonly agenda: Agenda;
    /** As configured now. */
    readonly session: () => SessionSettings;
    readonly openedAtMs: number;
  }) {
    this.#settings = options.settings;
    this.#conversation = options.conversation;
    this.#outbox = options.outbox;
    this.#agenda = options.agenda;
    this.#session = options.session;
    this.#openedAtMs = options.openedAtMs;
  }

  /** The words being spoken. */
  get running(): Running | undefined {
    return this.#running;
  }

  /** Abandons the running response without announcing its end. */
  forget(): void {
    this.#running = undefined;
  }

  /** Decides what to say, and says it after a while. One that runs still is dropped without a word. */
  respond(wish: ResponseWish, nowMs: number): void {
    const { audioSpeed, reply, responseDelayMs } = this.#settings;
    const { entries } = this.#conversation;
    const turn = describeTurn({
      entries,
      unanswered: entries.filter(({ isAnswered }) => isAnswered !== true),
      settings: this.#session(),
      instructions: wish.parameters?.instructions ?? undefined,
      responseIndex: this.#responseCount,
    });
    this.#responseCount += 1;
    // A verbatim message answers nothing.
    if (wish.reply === undefined) for (const entry of entries) entry.isAnswered = true;
    const textLength =
      (turn.userText ?? '').length + turn.toolResults.reduce((sum, { output }) => sum + output.length, 0);
    const run = new SimulatedResponseRun({
      host: this.#outbox,
      id: this.#outbox.mintId('response'),
      conversation: this.#conversation,
      steps: layOutResponse(wish.reply ?? reply(turn), {
        modality: 'audio',
        audioSpeed,
        userAudio: turn.userAudio,
        chunkMs: CHUNK_MS,
      }),
      outputRateHz: this.#session().outputRateHz,
      metadata: wish.parameters?.metadata,
      inputTokens: {
        text: Math.ceil(textLength / 4),
        audio: Math.ceil((turn.userSpeechMs / 1000) * AUDIO_TOKENS_PER_SECOND),
      },
    });
    const running: Running = {
      run,
      startMs: nowMs + responseDelayMs,
      isUninterruptible: wish.isUninterruptible ?? false,
      answersItemId: wish.answersItemId,
    };
    this.#running = running;
    run.start();
    this.#agenda.add(running.startMs, (atMs) => this.#play(running, atMs));
  }

  /** Performs what is due of a response and comes back for the rest. */
  #play(running: Running, nowMs: number): void {
    const { run, startMs } = running;
    if (running !== this.#running) return;
    while (run.nextAtMs !== undefined && startMs + run.nextAtMs <= nowMs) {
      if (run.advance()) return this.#finish(running, 'completed', nowMs);
      if (this.#breakDown(running)) return;
    }
    this.#agenda.add(startMs + (run.nextAtMs ?? 0), (atMs) => this.#play(running, atMs));
  }

  #finish(running: Running, status: ResponseStatus, nowMs: number): void {
    if (this.#running === running) this.#running = undefined;
    running.run.finish(status, Math.ceil((nowMs - this.#openedAtMs) / 1000));
  }

  /** Ends what is being said, as the vendor does when the user speaks up. */
  cutShort(nowMs: number): void {
    const running = this.#running;
    if (running === undefined) return;
    if (!this.#outbox.has('late-deltas')) {
      running.run.drain(DELTAS_AFTER_CANCEL);
      return this.#finish(running, 'cancelled', nowMs);
    }
    this.#running = undefined;
    this.#agenda.add(nowMs + LATE_DELTAS_MS, (atMs) => {
      running.run.drain(DELTAS_AFTER_CANCEL);
      this.#finish(running, 'cancelled', atMs);
    });
  }

  /** Whether a fault of the session struck. */
  #breakDown({ run }: Running): boolean {
    if (run.deltaCount < FAULT_AFTER_DELTAS || this.#responseCount > 1) return false;
    if (this.#outbox.has('drop')) this.#outbox.end({ type: 'drop' });
    else if (this.#outbox.has('close-1001')) this.#outbox.end({ type: 'close', code: 1001, reason: '' });
    else if (this.#outbox.has('close-1011'))
      this.#outbox.end({ type: 'close', code: 1011, reason: 'Internal server error' });
    else if (this.#outbox.has('stall')) this.#outbox.fallSilent();
    else if (this.#outbox.has('internal-error')) {
      this.#running = undefined;
      this.#outbox.refuse(
        new VendorError({ type: 'internal_error', code: 'internal_error', message: 'The model failed.' }),
      );
      return true;
    }
    return this.#outbox.isBroken;
  }
}
