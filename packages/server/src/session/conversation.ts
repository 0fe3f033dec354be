import type { CapabilityFlags, SessionEvent, TokenUsage, ToolCallEvent } from '@speko/adapter';
import { type ClientFrame, LIMITS, type TranscriptEntry } from '@speko/protocol';
import { AssistantTurns, type Cut } from './assistant-turns.ts';
import { boundText, jsonBytes } from './bounded-text.ts';
import type { ConversationPort } from './conversation-port.ts';
import { PartialTranscripts } from './partial-transcripts.ts';
import type { SessionMeter } from './session-meter.ts';
import { ToolLedger } from './tool-ledger.ts';
import { UserTranscripts } from './user-transcripts.ts';

/** Longer than a provider takes to begin an answer: after that the question was refused or ignored. */
const ANSWER_PATIENCE_MS = 10_000;
/** Largest tool call: the message holds little beside it. */
const MAX_CALL_BYTES = LIMITS.serverFrameBytes - 100;
/** A provider's name for one of its own tools. */
const MAX_SERVER_TOOL_BYTES = 256;

/**
 * The rules of a conversation, the same for every provider: who interrupts whom, which frame follows which event. A pure
 * machine: the clock is handed in, everything it does goes through the port.
 */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #port: ConversationPort;
  readonly #partials: PartialTranscripts;
  readonly #user: UserTranscripts;
  readonly #assistant: AssistantTurns;
  readonly #tools = new ToolLedger();
  /** The user said something that no commit has taken and no clear dropped. */
  #hasUncommittedAudio = false;
  /** An answer was asked for and has not begun: until then an interrupt must reach it as well. */
  #answerAwaitedUntilMs = 0;
  /** An interrupt was for an answer that had not begun; it is cancelled if it begins until then. */
  #cancelAnswerUntilMs = 0;

  constructor(options: ConversationOptions) {
    const sinceStartMs = (nowMs: number): number => Math.max(0, Math.round(nowMs - options.startedAtMs));
    this.#options = options;
    if (options.hasFirstMessage) this.#answerAwaitedUntilMs = options.startedAtMs + ANSWER_PATIENCE_MS;
    this.#port = options.port;
    this.#partials = new PartialTranscripts(options.port, sinceStartMs);
    this.#user = new UserTranscripts(options.port, this.#partials, sinceStartMs);
    this.#assistant = new AssistantTurns(options.port, this.#partials, {
      bytesPerMs: (options.outputSampleRateHz * 2) / 1000,
      graceMs: options.playbackGraceMs,
      canTruncate: options.capabilities.truncate,
      sinceStartMs,
    });
  }

  /** Audio of the client; the provider gets it without passing here. */
  audioReceived(): void {
    this.#hasUncommittedAudio = true;
  }

  /** A frame of the client, other than audio. */
  clientFrame(frame: ClientFrame, nowMs: number): void {
    switch (frame.t) {
      case 'control':
        return frame.action === 'clear' ? this.#clear() : this.#commit(nowMs);
      case 'interrupt':
        return this.#interrupt(frame.playedMs, nowMs);
      case 'tool_result':
        return this.#toolResult(frame.callId, frame.output, nowMs);
      case 'playback':
        return this.#assistant.report(frame.turn, frame.playedMs, nowMs);
      case 'text':
        return this.#text(frame.text, nowMs);
      case 'ping':
        return this.#port.frame({ t: 'pong', id: frame.id });
    }
  }

  /** An event of the provider, other than those about the session itself. */
  providerEvent(event: SessionEvent, nowMs: number): void {
    switch (event.type) {
      case 'audio-delta':
        if (this.#assistant.audio(event.responseId, event.itemId, event.pcm, nowMs))
          this.#options.meter.audioStarted(nowMs);
        return;
      case 'transcript-delta':
        if (event.role === 'user') return this.#user.delta(event.turnId, event.delta, nowMs);
        return this.#assistant.delta(event.turnId, event.itemId ?? event.turnId, event.delta, nowMs);
      case 'transcript-replace':
        if (event.role === 'user') return this.#user.replace(event.turnId, event.text, nowMs);
        return this.#assistant.replace(event.turnId, event.itemId ?? event.turnId, event.text, nowMs);
      case 'transcript-end':
        return this.#user.end(event.turnId, event.text, nowMs);
      case 'speech-start':
        this.#cancelAnswerUntilMs = 0;
        this.#bargeIn(nowMs);
        return this.#user.speechStarted(event.turnId, nowMs);
      case 'speech-end':
        this.#assistant.settleAll(nowMs);
        this.#options.meter.turnEnded(nowMs);
        this.#partials.flushAll(nowMs);
        return this.#user.speechEnded(event.turnId, nowMs);
      case 'input-commit':
        this.#hasUncommittedAudio = false;
        return this.#user.committed(event.turnId, nowMs);
      case 'response-interrupt':
        return this.#bargeIn(nowMs);
      case 'response-start':
        return this.#responseStart(event.responseId, nowMs);
      case 'response-end':
        this.#assistant.end(event.responseId, event, nowMs);
        if (event.usage !== undefined) this.#usage(event.usage);
        return;
      case 'usage-report':
        return this.#usage(event.usage, event.purpose === undefined);
      case 'tool-call':
        this.#partials.flushAll(nowMs);
        return this.#toolCall(event);
      case 'tool-cancel':
        return this.#tools.cancelled(event.callId);
      case 'server-tool':
        return this.#port.frame({
          t: 'server_tool_call',
          id: event.callId,
          name: boundText(event.name, MAX_SERVER_TOOL_BYTES),
          status: event.status,
        });
      case 'session-ready':
      case 'resumption-update':
      case 'go-away':
      case 'provider-error':
      case 'provider-raw':
        return;
    }
  }

  /** When {@link Conversation.wake} has something to do. */
  get wakeAtMs(): number | undefined {
    const partialAtMs = this.#partials.wakeAtMs;
    const turnAtMs = this.#assistant.wakeAtMs;
    return partialAtMs === undefined || turnAtMs === undefined
      ? (partialAtMs ?? turnAtMs)
      : Math.min(partialAtMs, turnAtMs);
  }

  wake(nowMs: number): void {
    this.#partials.wake(nowMs);
    this.#assistant.wake(nowMs);
  }

  /** What the assistant said and the client may still be playing. */
  unfinished(nowMs: number): readonly TranscriptEntry[] {
    return this.#assistant.unfinished(nowMs);
  }

  /** The session ends: every open turn gets its final text. */
  finish(nowMs: number): void {
    this.#user.finish(nowMs);
    this.#assistant.finish(nowMs);
  }

  #clear(): void {
    // Where it cannot be cleared, the audio is still there to be committed.
    if (this.#options.capabilities.clear) this.#hasUncommittedAudio = false;
    this.#port.command({ type: 'audio-clear' });
  }

  #commit(nowMs: number): void {
    if (!this.#hasUncommittedAudio) return;
    this.#hasUncommittedAudio = false;
    if (this.#options.turnDetection === 'manual') this.#takeTurn(nowMs);
    this.#assistant.settleAll(nowMs);
    this.#options.meter.turnEnded(nowMs);
    this.#answerAwaitedUntilMs = nowMs + ANSWER_PATIENCE_MS;
    this.#port.command({ type: 'audio-commit' });
  }

  #text(text: string, nowMs: number): void {
    this.#takeTurn(nowMs);
    this.#assistant.settleAll(nowMs);
    this.#options.meter.turnEnded(nowMs);
    this.#answerAwaitedUntilMs = nowMs + ANSWER_PATIENCE_MS;
    this.#user.typed(text, nowMs);
    this.#port.command({ type: 'text-append', text });
  }

  #toolCall({ callId, name, arguments: args }: ToolCallEvent): void {
    if (jsonBytes(callId) + jsonBytes(name) + jsonBytes(args) <= MAX_CALL_BYTES) {
      this.#tools.opened(callId);
      return this.#port.frame({ t: 'tool_call', callId, name, arguments: args });
    }
    const message = `A tool call is longer than a message may be, which is ${LIMITS.serverFrameBytes} bytes; the model was told so.`;
    this.#port.error('BAD_TOOL_CALL', message);
    const output = JSON.stringify({
      error: 'The arguments are too long. Call the tool with less than a megabyte of them.',
    });
    this.#port.command({ type: 'tool-result', callId, output });
  }

  #toolResult(callId: string, output: string, nowMs: number): void {
    const answer = this.#tools.answer(callId);
    if (!answer.ok) return this.#port.error('UNKNOWN_TOOL_CALL', answer.message);
    // While another tool call is open the model waits for that, and says nothing yet.
    if (!this.#tools.hasOpen) this.#answerAwaitedUntilMs = nowMs + ANSWER_PATIENCE_MS;
    this.#port.command({ type: 'tool-result', callId, output });
  }

  /** The client's own interrupt: always answered by one `interruption`. */
  #interrupt(playedMs: number | undefined, nowMs: number): void {
    this.#partials.flushAll(nowMs);
    const cut = this.#assistant.cut(nowMs, playedMs, true);
    this.#cancel(cut.responseId);
    if (cut.responseId === undefined)
      this.#cancelAnswerUntilMs = this.#answerAwaitedUntilMs > nowMs ? nowMs + ANSWER_PATIENCE_MS : 0;
    this.#port.frame({ t: 'interruption', at: 'assistant', ...(cut.turn === undefined ? {} : { turn: cut.turn }) });
    this.#assistant.settleCut(nowMs);
  }

  /** The user takes the turn without speaking through the provider's detector: only the gateway cancels. */
  #takeTurn(nowMs: number): void {
    this.#cancelAnswerUntilMs = 0;
    const cut = this.#assistant.cut(nowMs);
    this.#cancel(cut.responseId);
    this.#announce(cut, nowMs);
  }

  /** The user speaks, and the provider knows: it cancels by itself. */
  #bargeIn(nowMs: number): void {
    this.#announce(this.#assistant.cut(nowMs), nowMs);
  }

  #announce(cut: Cut, nowMs: number): void {
    if (cut.turn !== undefined) {
      this.#partials.flushAll(nowMs);
      this.#port.frame({ t: 'interruption', at: 'assistant', turn: cut.turn });
    }
    this.#assistant.settleCut(nowMs);
  }

  #responseStart(responseId: string, nowMs: number): void {
    this.#answerAwaitedUntilMs = 0;
    this.#assistant.start(responseId, nowMs);
    if (this.#cancelAnswerUntilMs <= nowMs) return;
    this.#cancelAnswerUntilMs = 0;
    this.#assistant.cut(nowMs);
    this.#assistant.settleCut(nowMs);
    this.#cancel(responseId);
  }

  #cancel(responseId: string | undefined): void {
    if (responseId !== undefined && this.#options.capabilities.interrupt) {
      this.#port.command({ type: 'response-cancel', responseId });
    }
  }

  #usage(usage: TokenUsage, isOfResponse = true): void {
    this.#options.meter.addUsage(usage, isOfResponse);
    // A `usage` frame tells clients that a response is over.
    if (isOfResponse) this.#port.frame({ t: 'usage', ...usage });
  }
}

export interface ConversationOptions {
  readonly port: ConversationPort;
  readonly meter: SessionMeter;
  readonly capabilities: CapabilityFlags;
  readonly turnDetection: 'auto' | 'manual';
  /** The assistant speaks first. */
  readonly hasFirstMessage: boolean;
  /** Rate of `audio-delta` events, hertz. */
  readonly outputSampleRateHz: number;
  /** See `playbackGraceMs` of the protocol's limits; 0 for clients that report no playback. */
  readonly playbackGraceMs: number;
  /** Clock reading at which the client's session began. */
  readonly startedAtMs: number;
}
