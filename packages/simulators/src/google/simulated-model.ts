import { encodeBase64 } from '@speko/adapter-kit';
import { samplesToPcm } from '@speko/audio';
import type { Agenda, SimulatedToolResult } from '@speko/simulator-kit';
import { countUsage, TOKENS_PER_SECOND } from './count-usage.ts';
import { layOutReply, type ReplyPiece } from './lay-out-reply.ts';
import type { Outbox } from './outbox.ts';
import type { SimulatedContent } from './server-messages.ts';
import type { SpokenTurn } from './simulated-ear.ts';
import type { SimulatedConversation } from './simulated-memory.ts';
import { isRequestToSay, type SimulatedReply } from './simulated-reply.ts';
import type { SimulatedSession } from './simulated-session.ts';
import type { SimulatorSettings } from './simulator-options.ts';
import { quotaExceeded } from './vendor-close.ts';

/** From an interruption to the end of the turn that was interrupted. */
const CUT_DELAY_MS = 20;
const FAULT_AFTER_PIECES = 3;
const CANCEL_AFTER_MS = 200;
/** How long some models wait for a result after the user has gone on. */
const LATE_CANCEL_MS = 12_000;
/** What an extended-thinking model says before it uses a tool, and how long it then thinks. */
const FILLER = 'One moment.';
const THINKING_MS = 1400;

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

/** The model's input. */
export interface Asked {
  readonly spoken?: SpokenTurn;
  readonly text?: string;
  readonly results?: readonly SimulatedToolResult[];
}

/** What the model of one connection says, and when it stops. */
export class SimulatedModel {
  readonly #session: SimulatedSession;
  readonly #settings: SimulatorSettings;
  readonly #outbox: Outbox;
  readonly #agenda: Agenda;
  readonly #handleFor: (conversation: SimulatedConversation) => string;
  #turn: ModelTurn | undefined;
  /** Typed messages of models that answer in order, and what is asked while a call holds the model up. */
  #queue: Asked[] = [];
  #interruptions = 0;

  constructor(options: {
    readonly session: SimulatedSession;
    readonly settings: SimulatorSettings;
    readonly outbox: Outbox;
    readonly agenda: Agenda;
    readonly handleFor: (conversation: SimulatedConversation) => string;
  }) {
    this.#session = options.session;
    this.#settings = options.settings;
    this.#outbox = options.outbox;
    this.#agenda = options.agenda;
    this.#handleFor = options.handleFor;
  }

  /** It was asked something and has said nothing yet. */
  get isAboutToAnswer(): boolean {
    return this.#turn?.next === 0;
  }

  /** Answers after what it is saying now. Returns whether it is saying anything. */
  queue(asked: Asked): boolean {
    if (this.#turn === undefined) return false;
    this.#queue.push(asked);
    return true;
  }

  /** What the user does takes back the calls that hold the model up, at once or a while later. */
  cancelCalls(nowMs: number): void {
    const { profile, tools } = this.#session;
    const ids = tools.blockingIds;
    if (ids.length === 0) return;
    if (profile.inputDuringCall !== 'cancels-later') return this.#takeBack(ids);
    this.#agenda.add(nowMs + LATE_CANCEL_MS, (at) => {
      this.#takeBack(ids);
      if (!tools.isBlocked && this.#turn === undefined) this.answerNext(at);
    });
  }

  #takeBack(callIds: readonly string[]): void {
    const ids = this.#session.tools.cancel(callIds);
    if (ids.length > 0) this.#outbox.emit({ toolCallCancellation: { ids } });
  }

  /** Answers now, or once no open call blocks the model. */
  answerWhenFree(asked: Asked, nowMs: number): void {
    if (this.#session.tools.isBlocked) this.#queue.push(asked);
    else this.answer(asked, nowMs);
  }

  /** Answers what waited, if anything did. */
  answerNext(nowMs: number): void {
    const waiting = this.#queue.shift();
    if (waiting !== undefined) this.answerWhenFree(waiting, nowMs);
  }

  /** Decides what to say, and says it after a while. */
  answer(asked: Asked, nowMs: number): void {
    const { conversation, instructions, profile, tools } = this.#session;
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
      sessionInstructions: instructions,
      tools: tools.available,
    });
    const userAudio = asked.spoken?.samples ?? new Int16Array(0);
    const startMs = nowMs + this.#settings.responseDelayMs;
    if (profile.reportsInteraction && (reply.tools ?? []).length > 0) {
      return this.#begin({
        reply: { ...reply, text: reply.text ?? FILLER, tools: [] },
        index,
        userAudio,
        startMs,
        afterwards: reply,
      });
    }
    this.#begin({ reply, index, userAudio, startMs });
  }

  #begin(options: {
    reply: SimulatedReply;
    index: number;
    userAudio: Int16Array;
    startMs: number;
    afterwards?: SimulatedReply;
  }): void {
    const { reply, index, userAudio, startMs, afterwards } = options;
    const inOnePiece = this.#session.faults.has('one-frame');
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
    if (this.#session.profile.givesHandles === 'after-turns') this.giveHandle(false);
    this.#agenda.add(startMs, (at) => this.#speak(turn, at));
    if (afterwards?.tools === undefined) return;
    const spokenMs = (pieces.at(-1)?.atMs ?? 0) + THINKING_MS;
    const interruptions = this.#interruptions;
    this.#agenda.add(startMs + spokenMs, (at) => {
      if (this.#interruptions === interruptions) this.#call(afterwards.tools ?? [], at);
    });
  }

  /** Sends what is due of a turn and comes back for the rest. */
  #speak(turn: ModelTurn, nowMs: number): void {
    if (this.#turn !== turn) return;
    const { profile, faults } = this.#session;
    if (turn.next === 0 && turn.index === 0) {
      if (faults.has('quota-exceeded')) {
        const { code, message } = quotaExceeded();
        return this.#outbox.close(code, message);
      }
      if (faults.has('rejected')) {
        this.#turn = undefined;
        return this.#outbox.content({ turnComplete: true, turnCompleteReason: 'RESPONSE_REJECTED' });
      }
      if (faults.has('thoughts')) {
        this.#outbox.content({ modelTurn: { parts: [{ text: 'The user wants something.', thought: true }] } });
        this.#outbox.content({ modelTurn: { parts: [{ text: 'call:nothing' }] } });
      }
    }
    for (let piece = turn.pieces[turn.next]; piece !== undefined; piece = turn.pieces[turn.next]) {
      if (turn.startMs + piece.atMs > nowMs) {
        this.#agenda.add(turn.startMs + piece.atMs, (at) => this.#speak(turn, at));
        return;
      }
      turn.next += 1;
      turn.audioMs += piece.samples.length / 24;
      this.#sendPiece(piece, profile.mixesParts);
      if (turn.index === 0 && turn.next === FAULT_AFTER_PIECES && this.#breakDown()) return;
    }
    const tools = turn.reply.tools ?? [];
    if (tools.length > 0) {
      this.#turn = undefined;
      const isBlocking = this.#call(tools, nowMs);
      if (!isBlocking) this.endTurn(turn.audioMs, false);
      return;
    }
    turn.isGenerated = true;
    if (!faults.has('no-generation-complete')) this.#outbox.content({ generationComplete: true });
    const playedAtMs = faults.has('interrupted-after-turn')
      ? nowMs
      : Math.max(nowMs, turn.startMs + turn.audioMs / this.#settings.playbackSpeed);
    this.#agenda.add(playedAtMs, (at) => {
      if (this.#turn !== turn) return;
      this.#turn = undefined;
      this.endTurn(turn.audioMs, turn.mayGoOn);
      this.answerNext(at);
    });
  }

  #sendPiece({ samples, words }: ReplyPiece, mixesParts: boolean): void {
    const { setup } = this.#session;
    const inlineData = { mimeType: 'audio/pcm;rate=24000', data: encodeBase64(samplesToPcm(samples)) };
    const modelTurn = { parts: [{ inlineData }] };
    const isTranscribed = setup.outputAudioTranscription !== undefined && words !== '';
    if (isTranscribed && mixesParts) return this.#outbox.content({ modelTurn, outputTranscription: { text: words } });
    if (isTranscribed) this.#outbox.content({ outputTranscription: { text: words } });
    this.#outbox.content({ modelTurn });
  }

  /** Returns whether the calls hold the model up. */
  #call(tools: NonNullable<SimulatedReply['tools']>, nowMs: number): boolean {
    const { faults } = this.#session;
    const calls = this.#session.tools.call(tools);
    const functionCalls = faults.has('call-without-id') ? calls.map(({ name, args }) => ({ name, args })) : calls;
    this.#outbox.emit({ toolCall: { functionCalls } });
    if (this.#session.profile.givesHandles === 'early') this.giveHandle(!faults.has('not-resumable'));
    if (faults.has('call-cancelled'))
      this.#agenda.add(nowMs + CANCEL_AFTER_MS, () => this.#takeBack(calls.map(({ id }) => id)));
    return this.#session.tools.isBlocked;
  }

  /** The user's activity, or whatever else stops the model. */
  interrupt(nowMs: number): void {
    const turn = this.#turn;
    this.#interruptions += 1;
    if (turn === undefined) {
      if (this.#session.faults.has('interrupted-after-turn')) this.#outbox.content({ interrupted: true });
      return;
    }
    this.#turn = undefined;
    // A model that has said nothing yet has nothing to stop.
    if (turn.next === 0) return;
    const withWords = this.#session.faults.has('interrupted-with-transcript')
      ? { inputTranscription: { text: 'Wait' } }
      : {};
    this.#outbox.content({ interrupted: true, ...withWords });
    const late = turn.pieces[turn.next];
    if (this.#session.faults.has('late-audio') && late !== undefined) this.#sendPiece(late, true);
    this.#agenda.add(nowMs + CUT_DELAY_MS, () => this.endTurn(turn.audioMs, false));
  }

  /** Says that the turn is over, and what it cost. */
  endTurn(audioMs: number, mayGoOn: boolean): void {
    const { conversation, profile, faults } = this.#session;
    const usage = faults.has('usage-none') ? undefined : countUsage(conversation, audioMs, faults);
    conversation.audioTokens += Math.ceil((audioMs / 1000) * TOKENS_PER_SECOND);
    const usageMetadata = usage === undefined ? {} : { usageMetadata: usage };
    const status = profile.reportsInteraction ? ({ interactionStatus: mayGoOn ? 'IN_PROGRESS' : 'IDLE' } as const) : {};
    if (!faults.has('no-turn-complete')) {
      const serverContent: SimulatedContent = { turnComplete: true, ...status };
      this.#outbox.emit({ serverContent, ...(faults.has('usage-alone') ? {} : usageMetadata) });
    }
    if (faults.has('usage-alone')) this.#outbox.emit(usageMetadata);
    if (profile.givesHandles === 'after-turns') this.giveHandle(true);
  }

  giveHandle(isResumable: boolean): void {
    const { setup, conversation } = this.#session;
    if (setup.sessionResumption === undefined) return;
    this.#outbox.emit({
      sessionResumptionUpdate: isResumable ? { newHandle: this.#handleFor(conversation), resumable: true } : {},
    });
  }

  /** Whether a fault of the connection struck. */
  #breakDown(): boolean {
    const { faults } = this.#session;
    if (faults.has('drop')) this.#outbox.drop();
    else if (faults.has('close-1011')) this.#outbox.close(1011, 'Internal error encountered.');
    else if (faults.has('stall')) this.#outbox.fallSilent();
    return this.#outbox.isBroken;
  }
}
