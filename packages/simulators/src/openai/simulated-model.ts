import { type Agenda, layOutResponse, type SimulatedReply } from '@speko/simulator-kit';
import type { ResponseParameters } from './client-events.ts';
import { countInputTokens } from './count-input-tokens.ts';
import type { SimulatedEvent, StatusDetails } from './server-events.ts';
import { refuseTwoModalities, type SimulatedSession } from './session-settings.ts';
import type { SimulatedConversation } from './simulated-conversation.ts';
import { SimulatedResponseRun } from './simulated-response.ts';
import { describeTurn } from './simulated-turn.ts';
import type { SimulatedFault } from './simulator-faults.ts';
import type { SimulatorSettings } from './simulator-options.ts';
import { VendorError } from './vendor-error.ts';

const FAULT_AFTER_DELTAS = 3;
const CONNECTION_FAULTS = ['drop', 'close-1011', 'stall'] as const;

type Cut = 'turn_detected' | 'client_cancelled';

/** A response that is being given. */
interface Running {
  readonly run: SimulatedResponseRun;
  /** When the model begins to answer. */
  readonly startMs: number;
}

/** Dependencies of the model on its connection. */
export interface ModelHost {
  emit(event: SimulatedEvent): void;
  mintId(kind: string): string;
  breakDown(fault: (typeof CONNECTION_FAULTS)[number]): void;
}

export interface SimulatedModelOptions {
  readonly host: ModelHost;
  readonly settings: SimulatorSettings;
  readonly faults: ReadonlySet<SimulatedFault>;
  readonly conversation: SimulatedConversation;
  readonly agenda: Agenda;
  /** The session's settings of the moment. */
  readonly session: () => SimulatedSession;
}

/** The model: its responses, one at a time in the conversation and any number outside it. */
export class SimulatedModel {
  readonly #host: ModelHost;
  readonly #settings: SimulatorSettings;
  readonly #faults: ReadonlySet<SimulatedFault>;
  readonly #conversation: SimulatedConversation;
  readonly #agenda: Agenda;
  readonly #session: () => SimulatedSession;
  readonly #outside = new Set<Running>();
  #running: Running | undefined;
  #responseCount = 0;
  #lastUsage: ReturnType<typeof countInputTokens> | undefined;
  #hasSpoken = false;
  #ignoredCreates = 0;

  constructor(options: SimulatedModelOptions) {
    this.#host = options.host;
    this.#settings = options.settings;
    this.#faults = options.faults;
    this.#conversation = options.conversation;
    this.#agenda = options.agenda;
    this.#session = options.session;
  }

  /** Whether a response of the conversation runs. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Whether anything was ever heard: from then on the voice stays. */
  get hasSpoken(): boolean {
    return this.#hasSpoken;
  }

  /** @throws VendorError while a response of the conversation runs */
  create(parameters: ResponseParameters | undefined, nowMs: number): void {
    refuseTwoModalities(parameters?.output_modalities, 'response.output_modalities');
    if (this.#running !== undefined && parameters?.conversation !== 'none') {
      throw new VendorError({
        code: 'conversation_already_has_active_response',
        message: `Conversation already has an active response in progress: ${this.#running.run.id}. Wait until the response is finished before creating a new one.`,
      });
    }
    if (this.#faults.has('no-answer') && this.#ignoredCreates === 0) {
      this.#ignoredCreates += 1;
      return;
    }
    this.respond(parameters, nowMs);
  }

  respond(parameters: ResponseParameters | undefined, nowMs: number): void {
    const { audioSpeed, reply, responseDelayMs } = this.#settings;
    const entries = this.#conversation.entries;
    const turn = describeTurn({ entries, session: this.#session(), parameters, responseIndex: this.#responseCount });
    const isFirst = this.#responseCount === 0;
    this.#responseCount += 1;
    const answer = reply(turn);
    const modality = (parameters?.output_modalities ?? this.#session().output_modalities)[0] ?? 'audio';
    const inConversation = parameters?.conversation !== 'none';
    const run = new SimulatedResponseRun({
      host: this.#host,
      id: this.#host.mintId('resp'),
      conversation: inConversation ? this.#conversation : undefined,
      steps: layOutResponse(answer, { modality, audioSpeed, userAudio: turn.userAudio }),
      modality,
      audioFormat: parameters?.audio?.output?.format ?? this.#session().audio.output.format,
      metadata: parameters?.metadata ?? null,
      inputUsage: () => {
        const usage = countInputTokens(entries, this.#session().instructions, this.#lastUsage);
        this.#lastUsage = usage;
        return usage;
      },
    });
    const running: Running = { run, startMs: nowMs + responseDelayMs };
    if (inConversation) this.#running = running;
    else this.#outside.add(running);
    run.start();
    const failure = isFirst ? this.#failure() : undefined;
    this.#agenda.add(running.startMs, (at) =>
      failure === undefined ? this.#play(running, answer, at) : this.#fail(running, failure),
    );
  }

  /** Performs what is due of a response and comes back for the rest. */
  #play(running: Running, answer: SimulatedReply, nowMs: number): void {
    const { run, startMs } = running;
    if (running !== this.#running && !this.#outside.has(running)) return;
    while (run.nextAtMs !== undefined && startMs + run.nextAtMs <= nowMs) {
      if (run.advance()) {
        const reason = answer.incompleteReason;
        this.#finish(running, reason === undefined ? null : { type: 'incomplete', reason });
        return;
      }
      this.#hasSpoken ||= run.deltaCount > 0;
      if (this.#breakDown(run)) return;
    }
    this.#agenda.add(startMs + (run.nextAtMs ?? 0), (at) => this.#play(running, answer, at));
  }

  #finish(running: Running, details: StatusDetails | null): void {
    if (this.#running === running) this.#running = undefined;
    this.#outside.delete(running);
    const shown = details !== null && this.#faults.has('status-string') ? reasonOf(details) : details;
    const isCounted = details?.type !== 'failed' && !this.#faults.has('usage-null');
    running.run.finish(details?.type ?? 'completed', shown, isCounted);
    this.#host.emit({
      type: 'rate_limits.updated',
      rate_limits: [{ name: 'tokens', limit: 400_000, remaining: 399_500, reset_seconds: 0.08 }],
    });
  }

  #fail(running: Running, error: { type: string; code: string; message: string }): void {
    if (running !== this.#running && !this.#outside.has(running)) return;
    this.#finish(running, { type: 'failed', error });
  }

  #failure(): { type: string; code: string; message: string } | undefined {
    if (this.#faults.has('rate-limit')) {
      return { type: 'tokens', code: 'rate_limit_exceeded', message: 'Rate limit reached. Try again in 2 s.' };
    }
    if (this.#faults.has('no-credit')) {
      return { type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your current quota.' };
    }
    return undefined;
  }

  /** @throws VendorError when no such response runs */
  cancel(responseId: string | undefined): void {
    const outside = [...this.#outside].find(({ run }) => run.id === responseId);
    if (outside !== undefined) return this.#finish(outside, { type: 'cancelled', reason: 'client_cancelled' });
    if (this.#running === undefined || (responseId !== undefined && responseId !== this.#running.run.id)) {
      throw new VendorError({
        code: 'response_cancel_not_active',
        message: 'Cancellation failed: no active response found',
      });
    }
    this.cutShort('client_cancelled');
  }

  cutShort(reason: Cut): void {
    const running = this.#running;
    if (running === undefined) return;
    running.run.drain(this.#settings.deltasAfterCancel);
    this.#finish(running, { type: 'cancelled', reason });
  }

  /** Whether a fault of the connection struck. */
  #breakDown(run: SimulatedResponseRun): boolean {
    if (run.deltaCount < FAULT_AFTER_DELTAS) return false;
    const fault = CONNECTION_FAULTS.find((each) => this.#faults.has(each));
    if (fault !== undefined) this.#host.breakDown(fault);
    return fault !== undefined;
  }
}

function reasonOf(details: StatusDetails): string {
  return details.type === 'failed' ? details.error.code : details.reason;
}
