import type { ProviderFrame } from '@speko/adapter';
import { parseJsonFrame } from '@speko/adapter-kit';
import { type SimulatedConnection, type SimulatorOutput, Agenda, type SimulatedToolResult } from '@speko/simulator-kit';
import { notAnObject, readClientMessage } from './client-message-shape.ts';
import { textTokens, TOKENS_PER_SECOND } from './count-usage.ts';
import { Outbox } from './outbox.ts';
import { planTranscript } from './plan-transcript.ts';
import { clientContentSchema, type RealtimeInput, realtimeInputSchema } from './read-client-input.ts';
import { serverProfileOf } from './server-profiles.ts';
import { SimulatedEar, type SpokenTurn } from './simulated-ear.ts';
import type { SimulatedMemory } from './simulated-memory.ts';
import { SimulatedModel } from './simulated-model.ts';
import { isRequestToSay } from './simulated-reply.ts';
import type { SimulatedSession } from './simulated-session.ts';
import { instructionsOf, readContextUpdate, readSetup, type SimulatedAddress } from './simulated-setup.ts';
import { SimulatedTools } from './simulated-tools.ts';
import { faultsOfModel, type SimulatedFault } from './simulator-faults.ts';
import type { SimulatorSettings } from './simulator-options.ts';
import { invalidArgument, quotaExceeded, VendorClose } from './vendor-close.ts';

const DEFAULT_SILENCE_MS = 800;
const GO_AWAY_FAULT = { afterMs: 5000, noticeMs: 3000 };
const SLOW_SETUP_MS = 5000;
/** What is more than a sign to go on. */
const WORDS = /[\p{L}\p{N}]/u;

export interface ConnectionOptions {
  readonly settings: SimulatorSettings;
  readonly memory: SimulatedMemory;
  readonly credential: string;
  readonly address: SimulatedAddress;
}

interface Session extends SimulatedSession {
  readonly model: SimulatedModel;
}

/** One connection to the simulated service: what the client sends, checked and heard. */
export class GoogleConnection implements SimulatedConnection {
  readonly #options: ConnectionOptions;
  readonly #settings: SimulatorSettings;
  readonly #agenda = new Agenda();
  readonly #outbox = new Outbox();
  #session: Session | undefined;
  #isReady = false;
  /** The setup promised a history: nothing else is heard before it. */
  #awaitsHistory = false;
  #isWindowOpen = false;
  /** Words of the user in content that is not complete. */
  #unfinished: string[] = [];
  /** Results that came while the user spoke: the model does not talk over them. */
  #unspoken: readonly SimulatedToolResult[] = [];

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  get wakeAtMs(): number | undefined {
    return this.#outbox.isOpen ? this.#agenda.nextMs : undefined;
  }

  open(): SimulatorOutput {
    return { frames: [] };
  }

  receive(frame: ProviderFrame, nowMs: number): SimulatorOutput {
    return this.#collect(() => {
      const json = parseJsonFrame(frame);
      if (!json.ok) throw notAnObject();
      const message = readClientMessage(json.value);
      if (this.#session === undefined) this.#setUp(message['setup'], nowMs);
      else this.#handle(this.#session, message, nowMs);
    });
  }

  wake(nowMs: number): SimulatorOutput {
    return this.#collect(() => this.#agenda.runDue(nowMs));
  }

  closed(nowMs: number): void {
    this.#options.memory.left(this, nowMs);
    this.#agenda.clear();
  }

  #collect(work: () => void): SimulatorOutput {
    if (!this.#outbox.isOpen) return { frames: [] };
    try {
      work();
    } catch (error) {
      if (!(error instanceof VendorClose)) throw error;
      this.#close(error.code, error.message);
    }
    return this.#outbox.take();
  }

  #setUp(value: unknown, nowMs: number): void {
    if (value === undefined) throw new VendorClose(1007, 'Expected setup message as first message in the session.');
    const { credential, address, memory } = this.#options;
    if (credential.includes('invalid')) throw new VendorClose(1007, 'API key not valid. Please pass a valid API key.');
    if (credential.includes('no-quota')) throw quotaExceeded();
    const modelName = typeof value === 'object' && value !== null && 'model' in value ? String(value.model) : '';
    const profile = serverProfileOf(modelName);
    const setup = readSetup(value, profile, address);
    const faults = new Set([...this.#settings.faults, ...faultsOfModel(modelName)]);
    const { automaticActivityDetection: detection } = setup.realtimeInputConfig;
    const isManual = detection.disabled === true;
    const handle = setup.sessionResumption?.handle;
    if (handle !== undefined && faults.has('resume-refused')) throw invalidArgument();
    const conversation =
      handle === undefined ? memory.begin(modelName) : memory.resume(handle, modelName, this.#settings, nowMs);
    if (handle === undefined) {
      conversation.textTokens = textTokens(setup.systemInstruction?.parts.map(({ text }) => text).join('') ?? '');
    }
    const ear = new SimulatedEar({
      isManual,
      prefixPaddingMs: detection.prefixPaddingMs ?? 0,
      silenceDurationMs: detection.silenceDurationMs ?? DEFAULT_SILENCE_MS,
    });
    const tools = new SimulatedTools(setup.tools, profile, conversation);
    this.#outbox.faults = faults;
    const instructions = instructionsOf(setup.systemInstruction);
    const core: SimulatedSession = { setup, instructions, profile, faults, ear, conversation, tools, isManual };
    const model = new SimulatedModel({
      session: core,
      settings: this.#settings,
      outbox: this.#outbox,
      agenda: this.#agenda,
      handleFor: (told) => memory.handleFor(this, told),
    });
    const session: Session = Object.assign(core, { model });
    this.#session = session;
    this.#awaitsHistory = profile.awaitsHistory && setup.historyConfig?.initialHistoryInClientContent === true;
    if (faults.has('no-setup')) return;
    const delayMs = faults.has('slow-setup') ? SLOW_SETUP_MS : this.#settings.setupDelayMs;
    this.#agenda.add(nowMs + delayMs, () => {
      this.#isReady = true;
      this.#outbox.emit({ setupComplete: {} });
      if (profile.givesHandles === 'early') session.model.giveHandle(true);
      if (faults.has('interrupted-for-nothing')) this.#outbox.content({ interrupted: true });
    });
    this.#planTheEnd(faults, nowMs);
  }

  #planTheEnd(faults: ReadonlySet<SimulatedFault>, nowMs: number): void {
    const isEarly = faults.has('go-away') || faults.has('go-away-only');
    const afterMs = isEarly ? GO_AWAY_FAULT.afterMs : this.#settings.connectionMaxAgeMs;
    const noticeMs = isEarly ? GO_AWAY_FAULT.noticeMs : this.#settings.goAwayNoticeMs;
    this.#agenda.add(nowMs + afterMs, () => this.#outbox.emit({ goAway: { timeLeft: `${noticeMs / 1000}s` } }));
    if (faults.has('go-away-only')) return;
    this.#agenda.add(nowMs + afterMs + noticeMs, () =>
      this.#close(
        1008,
        'Connection aborted because the client failed to close the connection after receiving a GoAway signal.',
      ),
    );
  }

  #handle(session: Session, message: Readonly<Record<string, unknown>>, nowMs: number): void {
    const { setup, realtimeInput, clientContent, toolResponse, contextUpdate } = message;
    // One setup, and nothing before it is done.
    if (setup !== undefined || !this.#isReady) throw invalidArgument();
    if (contextUpdate !== undefined) updateContext(session, contextUpdate);
    if (clientContent !== undefined) this.#clientContent(session, clientContent, nowMs);
    // Until a promised history is told nothing else is heard.
    if (this.#awaitsHistory) return;
    if (realtimeInput !== undefined) this.#realtimeInput(session, realtimeInput, nowMs);
    if (toolResponse !== undefined) this.#toolResponse(session, toolResponse, nowMs);
  }

  #clientContent(session: Session, value: unknown, nowMs: number): void {
    const parsed = clientContentSchema.safeParse(value);
    if (!parsed.success) throw new VendorClose(1007, 'Please use a valid role: user, model.');
    const { turns, turnComplete } = parsed.data;
    const told = turns.map(({ role, parts }) => ({ role, text: parts.map(({ text }) => text ?? '').join(' ') }));
    session.conversation.textTokens += told.reduce((sum, { text }) => sum + textTokens(text), 0);
    // Clients write a full stop where the API wants a turn of the user and they have none.
    const said = told.filter(({ text }) => WORDS.test(text));
    const words = said.filter(({ role }) => role !== 'model');
    session.conversation.userTurnCount += words.filter(({ text }) => !isRequestToSay(text)).length;
    if (this.#awaitsHistory) {
      this.#awaitsHistory = !turnComplete;
      this.#unfinished = said.at(-1)?.role === 'model' ? [] : words.slice(-1).map(({ text }) => text);
      return;
    }
    this.#unfinished.push(...words.map(({ text }) => text));
    // "Go on", said to a model that is about to.
    if (this.#unfinished.length === 0 && told.length === 0 && session.model.isAboutToAnswer) return;
    session.model.interrupt(nowMs);
    if (!turnComplete) return;
    // Before the full stop they also hide instructions, in the name of the model.
    const text = this.#unfinished.at(-1) ?? said.at(-1)?.text ?? told.at(-1)?.text ?? '';
    this.#unfinished = [];
    session.model.answerWhenFree({ text }, nowMs);
  }

  #realtimeInput(session: Session, value: unknown, nowMs: number): void {
    const parsed = realtimeInputSchema.safeParse(value);
    if (!parsed.success) throw invalidArgument();
    const input = parsed.data;
    if (
      session.faults.has('input-during-call') &&
      session.tools.isBlocked &&
      (input.audio ?? input.text) !== undefined
    ) {
      throw notImplemented();
    }
    if (session.isManual) this.#activity(session, input, nowMs);
    else if ((input.activityStart ?? input.activityEnd) !== undefined) {
      throw new VendorClose(
        1007,
        'Explicit activity control is not supported when automatic activity detection is enabled.',
      );
    }
    if (input.audio !== undefined && (!session.isManual || this.#isWindowOpen)) {
      for (const event of session.ear.hear(input.audio.mimeType, input.audio.data)) {
        if (event.type === 'start') this.#speechStarted(session, event.atMs, nowMs);
        else this.#speechEnded(session, event.turn, event.atMs, nowMs);
      }
    }
    if (input.audioStreamEnd === true && session.profile.hearsStreamEnd && !session.isManual) {
      const turn = session.ear.end();
      if (turn !== undefined) this.#speechEnded(session, turn, session.ear.clockMs, nowMs);
    }
    if (input.text !== undefined) this.#typed(session, input.text, nowMs);
  }

  /** Turns ended by hand. */
  #activity(session: Session, { activityStart, activityEnd }: RealtimeInput, nowMs: number): void {
    if (activityStart !== undefined) {
      this.#isWindowOpen = true;
      session.model.cancelCalls(nowMs);
      session.model.interrupt(nowMs);
    }
    if (activityEnd === undefined || !this.#isWindowOpen) return;
    this.#isWindowOpen = false;
    const turn = session.ear.end();
    if (turn !== undefined) this.#userSpoke(session, turn, nowMs);
    else this.#outbox.content({ turnComplete: true });
  }

  #speechStarted(session: Session, atMs: number, nowMs: number): void {
    this.#voice(session, 'ACTIVITY_START', atMs);
    refuseDuringCall(session);
    if (session.setup.realtimeInputConfig.activityHandling === 'NO_INTERRUPTION') return;
    session.model.cancelCalls(nowMs);
    session.model.interrupt(nowMs);
  }

  #speechEnded(session: Session, turn: SpokenTurn, atMs: number, nowMs: number): void {
    this.#voice(session, 'ACTIVITY_END', atMs);
    this.#userSpoke(session, turn, nowMs);
  }

  #voice({ profile, faults }: Session, type: 'ACTIVITY_START' | 'ACTIVITY_END', atMs: number): void {
    if (!profile.reportsVoiceActivity || faults.has('no-voice-activity')) return;
    this.#outbox.emit({ voiceActivity: { type, audioOffset: `${(atMs / 1000).toFixed(3)}s` } });
  }

  #userSpoke(session: Session, spoken: SpokenTurn, nowMs: number): void {
    const { conversation, faults, profile } = session;
    const userTurnIndex = conversation.userTurnCount;
    conversation.userTurnCount += 1;
    conversation.audioTokens += Math.ceil((spoken.speechMs / 1000) * TOKENS_PER_SECOND);
    const text = this.#settings.transcribe({ speechMs: spoken.speechMs, userTurnIndex });
    if (session.setup.inputAudioTranscription !== undefined && text !== '') {
      for (const { afterMs, words } of planTranscript(text, profile, faults, this.#settings.responseDelayMs)) {
        this.#agenda.add(nowMs + afterMs, () => this.#outbox.content({ inputTranscription: { text: words } }));
      }
    }
    if (profile.givesHandles === 'early') session.model.giveHandle(!faults.has('not-resumable'));
    if (faults.has('waiting-for-input') && userTurnIndex === 0) {
      this.#agenda.add(nowMs + this.#settings.responseDelayMs, () => this.#outbox.content({ waitingForInput: true }));
      return;
    }
    this.#unfinished = [];
    const results = this.#unspoken;
    this.#unspoken = [];
    session.model.answerWhenFree({ spoken, results }, nowMs);
  }

  #typed(session: Session, text: string, nowMs: number): void {
    refuseDuringCall(session);
    const isNudge = !WORDS.test(text);
    if (isNudge && this.#unfinished.length === 0 && session.model.isAboutToAnswer) return;
    if (!isNudge && !isRequestToSay(text)) session.conversation.userTurnCount += 1;
    const asked = { text: isNudge ? (this.#unfinished.at(-1) ?? text) : text };
    this.#unfinished = [];
    session.conversation.textTokens += textTokens(text);
    if (!session.profile.textPreempts && session.model.queue(asked)) return;
    session.model.cancelCalls(nowMs);
    session.model.interrupt(nowMs);
    session.model.answerWhenFree(asked, nowMs);
  }

  #toolResponse(session: Session, value: unknown, nowMs: number): void {
    const results = session.tools.take(value);
    if (results === undefined) return;
    if (results.length === 0) {
      this.#outbox.content({ turnComplete: true });
      return session.model.answerNext(nowMs);
    }
    if (session.faults.has('usage-turn')) session.model.endTurn(0, false);
    if (session.ear.isSpeaking) {
      this.#unspoken = [...this.#unspoken, ...results];
      return;
    }
    session.model.interrupt(nowMs);
    session.model.answer({ results }, nowMs);
  }

  #close(code: number, reason: string): void {
    this.#outbox.close(code, reason);
    this.#agenda.clear();
  }
}

/** Some models cannot hear the user while they wait for a result. */
function refuseDuringCall({ profile, tools }: Session): void {
  if (profile.inputDuringCall === 'closes' && tools.isBlocked) throw notImplemented();
}

function notImplemented(): VendorClose {
  return new VendorClose(1008, 'Operation is not implemented, or supported, or enabled.');
}

function updateContext(session: Session, value: unknown): void {
  const { instructions, tools } = readContextUpdate(value);
  if (instructions !== undefined) session.instructions = instructions;
  if (tools !== undefined) session.tools.declare(tools);
}
