import type { ProviderFrame } from '@speko/adapter';
import { encodeBase64, parseJsonFrame, type SimulatedConnection, type SimulatorOutput } from '@speko/adapter-kit';
import { Agenda, type SimulatedToolResult } from '@speko/adapter-kit/simulation';
import { samplesToPcm } from '@speko/audio';
import { notAnObject, readClientMessage } from './client-message-shape.ts';
import { countUsage, textTokens, TOKENS_PER_SECOND } from './count-usage.ts';
import { layOutReply, type ReplyPiece } from './lay-out-reply.ts';
import { planTranscript } from './plan-transcript.ts';
import { clientContentSchema, type RealtimeInput, realtimeInputSchema } from './read-client-input.ts';
import type { SimulatedContent, SimulatedMessage } from './server-messages.ts';
import { type ServerProfile, serverProfileOf } from './server-profiles.ts';
import { SimulatedEar, type SpokenTurn } from './simulated-ear.ts';
import type { SimulatedConversation, SimulatedMemory } from './simulated-memory.ts';
import { isRequestToSay, type SimulatedReply } from './simulated-reply.ts';
import { readSetup, type SimulatedSetup } from './simulated-setup.ts';
import { faultsOfModel, type SimulatedFault } from './simulator-faults.ts';
import { SimulatedTools } from './simulated-tools.ts';
import type { SimulatorSettings } from './simulator-options.ts';
import { invalidArgument, VendorClose } from './vendor-close.ts';

/** From an interruption to the end of the turn that was interrupted. */
const CUT_DELAY_MS = 20;
const FAULT_AFTER_PIECES = 3;
const DEFAULT_SILENCE_MS = 800;
const GO_AWAY_FAULT = { afterMs: 5000, noticeMs: 3000 };
const SLOW_SETUP_MS = 5000;
const CANCEL_AFTER_MS = 200;
/** What an extended-thinking model says before it uses a tool, and how long it then thinks. */
const FILLER = 'One moment.';
const THINKING_MS = 1400;

const encoder = new TextEncoder();

export interface ConnectionOptions {
  readonly settings: SimulatorSettings;
  readonly memory: SimulatedMemory;
  readonly credential: string;
  readonly apiVersion: string;
}

interface Session {
  readonly setup: SimulatedSetup;
  readonly profile: ServerProfile;
  readonly faults: ReadonlySet<SimulatedFault>;
  readonly ear: SimulatedEar;
  readonly conversation: SimulatedConversation;
  readonly tools: SimulatedTools;
  readonly isManual: boolean;
}

/** A turn of the model, from the decision to speak to the end of its playback. */
interface ModelTurn {
  readonly reply: SimulatedReply;
  readonly pieces: readonly ReplyPiece[];
  readonly index: number;
  /** More turns follow without the user. */
  readonly mayGoOn: boolean;
  startMs: number;
  next: number;
  audioMs: number;
  isGenerated: boolean;
}

interface Asked {
  readonly spoken?: SpokenTurn;
  readonly text?: string;
  readonly results?: readonly SimulatedToolResult[];
}

/** One connection to the simulated service. */
export class GoogleConnection implements SimulatedConnection {
  readonly #options: ConnectionOptions;
  readonly #settings: SimulatorSettings;
  readonly #agenda = new Agenda();
  #session: Session | undefined;
  #isReady = false;
  /** The setup promised a history: nothing else is heard before it. */
  #awaitsHistory = false;
  #windowIsOpen = false;
  #turn: ModelTurn | undefined;
  /** Typed messages of models that answer in order. */
  #queue: Asked[] = [];
  #interruptions = 0;
  #isSilent = false;
  #frames: ProviderFrame[] = [];
  #end: SimulatorOutput['end'];

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  get wakeAtMs(): number | undefined {
    return this.#end === undefined ? this.#agenda.nextMs : undefined;
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
    if (this.#end !== undefined) return { frames: [] };
    try {
      work();
    } catch (error) {
      if (!(error instanceof VendorClose)) throw error;
      this.#close(error.code, error.message);
    }
    const frames = this.#frames;
    this.#frames = [];
    return { frames, ...(this.#end === undefined ? {} : { end: this.#end }) };
  }

  #setUp(value: unknown, nowMs: number): void {
    if (value === undefined) throw new VendorClose(1007, 'Expected setup message as first message in the session.');
    const { credential, apiVersion, memory } = this.#options;
    if (credential.includes('invalid')) throw new VendorClose(1007, 'API key not valid. Please pass a valid API key.');
    if (credential.includes('no-quota')) {
      throw new VendorClose(1011, 'You exceeded your current quota, please check your plan and billing details.');
    }
    const model = typeof value === 'object' && value !== null && 'model' in value ? String(value.model) : '';
    const profile = serverProfileOf(model);
    const setup = readSetup(value, profile, apiVersion);
    const faults = new Set([...this.#settings.faults, ...faultsOfModel(model)]);
    const { automaticActivityDetection: detection } = setup.realtimeInputConfig;
    const isManual = detection.disabled === true;
    const handle = setup.sessionResumption?.handle;
    if (handle !== undefined && faults.has('resume-refused')) throw invalidArgument();
    const conversation =
      handle === undefined ? memory.begin(model) : memory.resume(handle, model, this.#settings, nowMs);
    if (handle === undefined) {
      conversation.textTokens = textTokens(setup.systemInstruction?.parts.map(({ text }) => text).join('') ?? '');
    }
    const ear = new SimulatedEar({
      isManual,
      prefixPaddingMs: detection.prefixPaddingMs ?? 0,
      silenceDurationMs: detection.silenceDurationMs ?? DEFAULT_SILENCE_MS,
    });
    const tools = new SimulatedTools(setup, profile, conversation);
    const session: Session = { setup, profile, faults, ear, conversation, tools, isManual };
    this.#session = session;
    this.#awaitsHistory = setup.historyConfig?.initialHistoryInClientContent === true;
    if (faults.has('no-setup')) return;
    const delayMs = faults.has('slow-setup') ? SLOW_SETUP_MS : this.#settings.setupDelayMs;
    this.#agenda.add(nowMs + delayMs, () => {
      this.#isReady = true;
      this.#emit({ setupComplete: {} });
      if (profile.givesHandles === 'early') this.#giveHandle(session, true);
      if (faults.has('interrupted-for-nothing')) this.#content({ interrupted: true });
    });
    this.#planTheEnd(faults, nowMs);
  }

  #planTheEnd(faults: ReadonlySet<SimulatedFault>, nowMs: number): void {
    const isEarly = faults.has('go-away') || faults.has('go-away-only');
    const afterMs = isEarly ? GO_AWAY_FAULT.afterMs : this.#settings.connectionMaxAgeMs;
    const noticeMs = isEarly ? GO_AWAY_FAULT.noticeMs : this.#settings.goAwayNoticeMs;
    this.#agenda.add(nowMs + afterMs, () => this.#emit({ goAway: { timeLeft: `${noticeMs / 1000}s` } }));
    if (faults.has('go-away-only')) return;
    this.#agenda.add(nowMs + afterMs + noticeMs, () =>
      this.#close(
        1008,
        'Connection aborted because the client failed to close the connection after receiving a GoAway signal.',
      ),
    );
  }

  #handle(session: Session, message: Readonly<Record<string, unknown>>, nowMs: number): void {
    const { setup, realtimeInput, clientContent, toolResponse } = message;
    // One setup, and nothing before it is done.
    if (setup !== undefined || !this.#isReady) throw invalidArgument();
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
    const texts = turns.map(({ parts }) => parts.map(({ text }) => text ?? '').join(' '));
    session.conversation.textTokens += texts.reduce((sum, text) => sum + textTokens(text), 0);
    session.conversation.userTurnCount += turns.filter(
      ({ role }, index) => role !== 'model' && !isRequestToSay(texts[index] ?? ''),
    ).length;
    if (this.#awaitsHistory) {
      this.#awaitsHistory = !turnComplete;
      return;
    }
    this.#interrupt(session, nowMs);
    if (turnComplete) this.#answer(session, { text: texts.at(-1) ?? '' }, nowMs);
  }

  #realtimeInput(session: Session, value: unknown, nowMs: number): void {
    const parsed = realtimeInputSchema.safeParse(value);
    if (!parsed.success) throw invalidArgument();
    const input = parsed.data;
    if (
      session.tools.isBlocked &&
      session.profile.inputDuringCall === 'closes' &&
      (input.audio ?? input.text) !== undefined
    ) {
      throw new VendorClose(1008, 'Operation is not implemented, or supported, or enabled.');
    }
    if (session.isManual) this.#activity(session, input, nowMs);
    else if ((input.activityStart ?? input.activityEnd) !== undefined) {
      throw new VendorClose(
        1007,
        'Explicit activity control is not supported when automatic activity detection is enabled.',
      );
    }
    if (input.audio !== undefined && (!session.isManual || this.#windowIsOpen)) {
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
      this.#windowIsOpen = true;
      this.#cancelCalls(session);
      this.#interrupt(session, nowMs);
    }
    if (activityEnd === undefined || !this.#windowIsOpen) return;
    this.#windowIsOpen = false;
    const turn = session.ear.end();
    if (turn !== undefined) this.#userSpoke(session, turn, nowMs);
    else this.#content({ turnComplete: true });
  }

  #speechStarted(session: Session, atMs: number, nowMs: number): void {
    this.#voice(session, 'ACTIVITY_START', atMs);
    if (session.setup.realtimeInputConfig.activityHandling === 'NO_INTERRUPTION') return;
    this.#cancelCalls(session);
    this.#interrupt(session, nowMs);
  }

  #speechEnded(session: Session, turn: SpokenTurn, atMs: number, nowMs: number): void {
    this.#voice(session, 'ACTIVITY_END', atMs);
    this.#userSpoke(session, turn, nowMs);
  }

  #voice({ profile, faults }: Session, type: 'ACTIVITY_START' | 'ACTIVITY_END', atMs: number): void {
    if (!profile.reportsVoiceActivity || faults.has('no-voice-activity')) return;
    this.#emit({ voiceActivity: { type, audioOffset: `${(atMs / 1000).toFixed(3)}s` } });
  }

  #userSpoke(session: Session, spoken: SpokenTurn, nowMs: number): void {
    const { conversation, faults, profile } = session;
    const userTurnIndex = conversation.userTurnCount;
    conversation.userTurnCount += 1;
    conversation.audioTokens += Math.ceil((spoken.speechMs / 1000) * TOKENS_PER_SECOND);
    const text = this.#settings.transcribe({ speechMs: spoken.speechMs, userTurnIndex });
    if (session.setup.inputAudioTranscription !== undefined && text !== '') {
      for (const { afterMs, words } of planTranscript(text, profile, faults, this.#settings.responseDelayMs)) {
        this.#agenda.add(nowMs + afterMs, () => this.#content({ inputTranscription: { text: words } }));
      }
    }
    if (profile.givesHandles === 'early') this.#giveHandle(session, !faults.has('not-resumable'));
    if (faults.has('waiting-for-input') && userTurnIndex === 0) {
      this.#agenda.add(nowMs + this.#settings.responseDelayMs, () => this.#content({ waitingForInput: true }));
      return;
    }
    this.#answer(session, { spoken }, nowMs);
  }

  #typed(session: Session, text: string, nowMs: number): void {
    if (!isRequestToSay(text)) session.conversation.userTurnCount += 1;
    session.conversation.textTokens += textTokens(text);
    if (this.#turn !== undefined && !session.profile.textPreempts) {
      this.#queue.push({ text });
      return;
    }
    this.#cancelCalls(session);
    this.#interrupt(session, nowMs);
    this.#answer(session, { text }, nowMs);
  }

  #toolResponse(session: Session, value: unknown, nowMs: number): void {
    const results = session.tools.take(value);
    if (results === undefined) return;
    if (results.length === 0) return this.#content({ turnComplete: true });
    if (session.faults.has('usage-turn')) this.#endTurn(session, 0, false);
    this.#interrupt(session, nowMs);
    this.#answer(session, { results }, nowMs);
  }

  /** What the user does takes back the calls that hold the model up. */
  #cancelCalls({ tools }: Session): void {
    const ids = tools.cancel();
    if (ids.length > 0) this.#emit({ toolCallCancellation: { ids } });
  }

  #answer(session: Session, asked: Asked, nowMs: number): void {
    const { conversation, setup, profile, tools } = session;
    const index = conversation.responseCount;
    conversation.responseCount += 1;
    const reply = this.#settings.reply({
      responseIndex: index,
      userTurnIndex: conversation.userTurnCount - 1,
      userAudio: asked.spoken?.samples ?? new Int16Array(0),
      userSpeechMs: asked.spoken?.speechMs ?? 0,
      ...(asked.text !== undefined && isRequestToSay(asked.text)
        ? { userText: undefined, instructions: asked.text }
        : { userText: asked.text, instructions: undefined }),
      toolResults: asked.results ?? [],
      sessionInstructions: setup.systemInstruction?.parts.map(({ text }) => text).join('\n') ?? '',
      tools: tools.available,
    });
    const userAudio = asked.spoken?.samples ?? new Int16Array(0);
    const startMs = nowMs + this.#settings.responseDelayMs;
    if (profile.reportsInteraction && (reply.tools ?? []).length > 0) {
      return this.#begin(session, {
        reply: { ...reply, text: reply.text ?? FILLER, tools: [] },
        index,
        userAudio,
        startMs,
        afterwards: reply,
      });
    }
    this.#begin(session, { reply, index, userAudio, startMs });
  }

  #begin(
    session: Session,
    options: {
      reply: SimulatedReply;
      index: number;
      userAudio: Int16Array;
      startMs: number;
      afterwards?: SimulatedReply;
    },
  ): void {
    const { reply, index, userAudio, startMs, afterwards } = options;
    const inOnePiece = session.faults.has('one-frame');
    const pieces = layOutReply(reply, { audioSpeed: this.#settings.audioSpeed, userAudio, inOnePiece });
    const turn: ModelTurn = {
      reply,
      pieces,
      index,
      mayGoOn: afterwards !== undefined,
      startMs,
      next: 0,
      audioMs: 0,
      isGenerated: false,
    };
    this.#turn = turn;
    if (session.profile.givesHandles === 'after-turns') this.#giveHandle(session, false);
    this.#agenda.add(startMs, (at) => this.#speak(session, turn, at));
    if (afterwards?.tools === undefined) return;
    const spokenMs = (pieces.at(-1)?.atMs ?? 0) + THINKING_MS;
    const interruptions = this.#interruptions;
    this.#agenda.add(startMs + spokenMs, (at) => {
      if (this.#interruptions === interruptions) this.#call(session, afterwards.tools ?? [], at);
    });
  }

  /** Sends what is due of a turn and comes back for the rest. */
  #speak(session: Session, turn: ModelTurn, nowMs: number): void {
    if (this.#turn !== turn) return;
    const { profile, faults } = session;
    if (turn.next === 0 && turn.index === 0) {
      if (faults.has('rejected')) {
        this.#turn = undefined;
        return this.#content({ turnComplete: true, turnCompleteReason: 'RESPONSE_REJECTED' });
      }
      if (faults.has('thoughts')) {
        this.#content({ modelTurn: { parts: [{ text: 'The user wants something.', thought: true }] } });
        this.#content({ modelTurn: { parts: [{ text: 'call:nothing' }] } });
      }
    }
    for (let piece = turn.pieces[turn.next]; piece !== undefined; piece = turn.pieces[turn.next]) {
      if (turn.startMs + piece.atMs > nowMs) {
        this.#agenda.add(turn.startMs + piece.atMs, (at) => this.#speak(session, turn, at));
        return;
      }
      turn.next += 1;
      turn.audioMs += piece.samples.length / 24;
      this.#sendPiece(session, piece, profile.mixesParts);
      if (turn.index === 0 && turn.next === FAULT_AFTER_PIECES && this.#breakDown(faults)) return;
    }
    const tools = turn.reply.tools ?? [];
    if (tools.length > 0) {
      this.#turn = undefined;
      const isBlocking = this.#call(session, tools, nowMs);
      if (!isBlocking) this.#endTurn(session, turn.audioMs, false);
      return;
    }
    turn.isGenerated = true;
    if (!faults.has('no-generation-complete')) this.#content({ generationComplete: true });
    const playedAtMs = faults.has('interrupted-after-turn')
      ? nowMs
      : Math.max(nowMs, turn.startMs + turn.audioMs / this.#settings.playbackSpeed);
    this.#agenda.add(playedAtMs, (at) => {
      if (this.#turn !== turn) return;
      this.#turn = undefined;
      this.#endTurn(session, turn.audioMs, turn.mayGoOn);
      const waiting = this.#queue.shift();
      if (waiting !== undefined) this.#answer(session, waiting, at);
    });
  }

  #sendPiece({ setup }: Session, { samples, words }: ReplyPiece, mixesParts: boolean): void {
    const inlineData = { mimeType: 'audio/pcm;rate=24000', data: encodeBase64(samplesToPcm(samples)) };
    const modelTurn = { parts: [{ inlineData }] };
    const isTranscribed = setup.outputAudioTranscription !== undefined && words !== '';
    if (isTranscribed && mixesParts) return this.#content({ modelTurn, outputTranscription: { text: words } });
    if (isTranscribed) this.#content({ outputTranscription: { text: words } });
    this.#content({ modelTurn });
  }

  /** Returns whether the calls hold the model up. */
  #call(session: Session, tools: NonNullable<SimulatedReply['tools']>, nowMs: number): boolean {
    const { faults } = session;
    const calls = session.tools.call(tools);
    const functionCalls = faults.has('call-without-id') ? calls.map(({ name, args }) => ({ name, args })) : calls;
    this.#emit({ toolCall: { functionCalls } });
    if (session.profile.givesHandles === 'early') this.#giveHandle(session, !faults.has('not-resumable'));
    if (faults.has('call-cancelled')) this.#agenda.add(nowMs + CANCEL_AFTER_MS, () => this.#cancelCalls(session));
    return session.tools.isBlocked;
  }

  /** The user's activity, or whatever else stops the model. */
  #interrupt(session: Session, nowMs: number): void {
    const turn = this.#turn;
    this.#interruptions += 1;
    if (turn === undefined) {
      if (session.faults.has('interrupted-after-turn')) this.#content({ interrupted: true });
      return;
    }
    this.#turn = undefined;
    // A model that has said nothing yet has nothing to stop.
    if (turn.next === 0) return;
    const withWords = session.faults.has('interrupted-with-transcript') ? { inputTranscription: { text: 'Wait' } } : {};
    this.#content({ interrupted: true, ...withWords });
    const late = turn.pieces[turn.next];
    if (session.faults.has('late-audio') && late !== undefined) this.#sendPiece(session, late, true);
    this.#agenda.add(nowMs + CUT_DELAY_MS, () => this.#endTurn(session, turn.audioMs, false));
  }

  #endTurn(session: Session, audioMs: number, mayGoOn: boolean): void {
    const { conversation, profile, faults } = session;
    const usage = faults.has('usage-none') ? undefined : countUsage(conversation, audioMs, faults);
    conversation.audioTokens += Math.ceil((audioMs / 1000) * TOKENS_PER_SECOND);
    const usageMetadata = usage === undefined ? {} : { usageMetadata: usage };
    const status = profile.reportsInteraction ? ({ interactionStatus: mayGoOn ? 'IN_PROGRESS' : 'IDLE' } as const) : {};
    if (!faults.has('no-turn-complete')) {
      const serverContent: SimulatedContent = { turnComplete: true, ...status };
      this.#emit({ serverContent, ...(faults.has('usage-alone') ? {} : usageMetadata) });
    }
    if (faults.has('usage-alone')) this.#emit(usageMetadata);
    if (profile.givesHandles === 'after-turns') this.#giveHandle(session, true);
  }

  #giveHandle({ setup, conversation }: Session, isResumable: boolean): void {
    if (setup.sessionResumption === undefined) return;
    this.#emit({
      sessionResumptionUpdate: isResumable
        ? { newHandle: this.#options.memory.handleFor(this, conversation), resumable: true }
        : {},
    });
  }

  /** Whether a fault of the connection struck. */
  #breakDown(faults: ReadonlySet<SimulatedFault>): boolean {
    if (faults.has('drop')) this.#end = { type: 'drop' };
    else if (faults.has('close-1011')) this.#close(1011, 'Internal error encountered.');
    else if (faults.has('stall')) this.#isSilent = true;
    return this.#end !== undefined || this.#isSilent;
  }

  #content(serverContent: SimulatedContent): void {
    this.#emit({ serverContent });
  }

  #emit(message: SimulatedMessage): void {
    if (this.#isSilent || this.#end !== undefined) return;
    const faults = this.#session?.faults;
    if (faults?.has('empty-frames') === true) this.#send('{}');
    const sent =
      faults?.has('future-fields') === true ? { ...message, futureField: { nobody: ['knows', 1] } } : message;
    this.#send(faults?.has('spaced-frames') === true ? JSON.stringify(sent, null, 2) : JSON.stringify(sent));
  }

  #send(text: string): void {
    this.#frames.push(this.#session?.faults.has('text-frames') === true ? text : encoder.encode(text));
  }

  #close(code: number, reason: string): void {
    this.#end = { type: 'close', code, reason };
    this.#agenda.clear();
  }
}
