import type { SessionCommand, SessionEvent } from '@speko/adapter';
import { type CodecDraft, earliest, pushMessage } from '@speko/adapter-kit';
import type { GoogleClientMessage } from '../google-client-events.ts';
import { MAX_HELD_MS } from './held-audio.ts';
import type { ModelTurns } from './model-turns.ts';
import type { ToolDialog } from './tool-dialog.ts';
import type { UserInput } from './user-input.ts';
import type { GoogleUserTurns } from './user-turns.ts';

/** Turns of the user that wait while the model takes no input. */
const MAX_WAITING = 16;

const TOO_MANY_WAITING: SessionEvent = {
  type: 'provider-error',
  code: 'RATE_LIMITED',
  message: `${MAX_WAITING} turns wait for the results of tool calls, so a typed text was left out. Send the results first.`,
  fatal: false,
  retryable: true,
};

/** The parts of a codec that commands work on, and what of the session decides what can be done. */
export interface CommandsOptions {
  readonly user: GoogleUserTurns;
  readonly model: ModelTurns;
  readonly tools: ToolDialog;
  readonly input: UserInput;
  /** Turns are ended by hand. */
  readonly isManual: boolean;
  /** A response may be stopped by opening a turn. */
  readonly canInterrupt: boolean;
}

/** Turns commands of the gateway into messages of the vendor, at once or once the model takes input again. */
export class Commands {
  readonly #user: GoogleUserTurns;
  readonly #model: ModelTurns;
  readonly #tools: ToolDialog;
  readonly #input: UserInput;
  readonly #isManual: boolean;
  readonly #canInterrupt: boolean;
  /** Turns of the user that have to wait until the model has its results. */
  #waiting: SessionCommand[] = [];

  constructor(options: CommandsOptions) {
    this.#user = options.user;
    this.#model = options.model;
    this.#tools = options.tools;
    this.#input = options.input;
    this.#isManual = options.isManual;
    this.#canInterrupt = options.canInterrupt;
  }

  get wakeAtMs(): number | undefined {
    return earliest(this.#waiting.length > 0 ? this.#tools.waitsUntilMs : undefined, this.#tools.heldUntilMs);
  }

  /** Does what the gateway asks. @returns why not, if it cannot be done */
  send(command: SessionCommand, draft: CodecDraft, nowMs: number): string | undefined {
    switch (command.type) {
      case 'audio-commit':
        this.#commit(draft, nowMs);
        return undefined;
      case 'audio-clear':
        if (!this.#isManual) return CLEAR_REASON;
        this.#input.clear();
        this.#waiting = this.#waiting.filter(({ type }) => type !== 'audio-commit');
        return undefined;
      case 'text-append':
        if (this.mustWait(nowMs) && this.#waiting.length >= MAX_WAITING) draft.events.push(TOO_MANY_WAITING);
        else this.#text(command, draft, nowMs);
        return undefined;
      case 'response-cancel':
        return this.#cancel(command.responseId, draft);
      case 'response-truncate':
        return TRUNCATE_REASON;
      case 'tool-result':
        this.#answerCall(command.callId, command.output, draft, nowMs);
        return undefined;
    }
  }

  #commit(draft: CodecDraft, nowMs: number): void {
    if (!this.#input.hasTurn) return;
    if (this.mustWait(nowMs)) {
      const isWaiting = this.#waiting.some(({ type }) => type === 'audio-commit');
      if (this.#isManual && !isWaiting) this.#waiting.push({ type: 'audio-commit' });
      return;
    }
    const { frames, isTurn, hasLost } = this.#input.commit(nowMs);
    draft.frames.push(...frames);
    if (!isTurn) return;
    this.#model.userTurnBegan();
    this.#user.committed(draft);
    if (!hasLost) return;
    const message = `The turn was longer than ${MAX_HELD_MS / 1000} seconds; the beginning was not sent. Commit sooner.`;
    draft.events.push({ type: 'provider-error', code: 'INVALID_REQUEST', message, fatal: false, retryable: false });
  }

  #text(command: Extract<SessionCommand, { type: 'text-append' }>, draft: CodecDraft, nowMs: number): void {
    if (this.mustWait(nowMs)) {
      this.#waiting.push(command);
      return;
    }
    draft.frames.push(...this.#input.closeWindow());
    this.#model.userTurnBegan();
    pushMessage<GoogleClientMessage>(draft, { realtimeInput: { text: command.text } });
  }

  #cancel(responseId: string, draft: CodecDraft): string | undefined {
    if (!this.#canInterrupt) return INTERRUPT_REASON;
    if (!this.#model.cancel(responseId, draft)) return undefined;
    if (this.#isManual) draft.frames.push(...this.#input.openWindow());
    else pushMessage<GoogleClientMessage>(draft, { clientContent: { turnComplete: false } });
    return undefined;
  }

  #answerCall(callId: string, result: string, draft: CodecDraft, nowMs: number): void {
    const text = this.#tools.earlierResult(callId, result);
    if (text !== undefined) return this.#text({ type: 'text-append', text }, draft, nowMs);
    this.#sendResults(this.#tools.result(callId, result, this.#model.isOpen, nowMs), draft);
    this.sendWaiting(draft, nowMs);
  }

  sendHeldResults(draft: CodecDraft, nowMs: number): void {
    this.#sendResults(this.#tools.heldResults(this.#model.isOpen, nowMs), draft);
  }

  #sendResults(messages: readonly GoogleClientMessage[], draft: CodecDraft): void {
    if (messages.length > 0) this.#model.vendorListens();
    for (const message of messages) pushMessage<GoogleClientMessage>(draft, message);
  }

  mustWait(nowMs: number): boolean {
    return nowMs < this.#tools.waitsUntilMs;
  }

  sendWaiting(draft: CodecDraft, nowMs: number): void {
    if (this.#waiting.length === 0 || this.mustWait(nowMs)) return;
    const commands = this.#waiting;
    this.#waiting = [];
    for (const command of commands) this.send(command, draft, nowMs);
  }

  close(): void {
    this.#waiting = [];
  }
}

/** Why `response-truncate` cannot be done. */
export const TRUNCATE_REASON =
  'Gemini Live cannot be told what was heard; it keeps by itself what it had sent when the user spoke up.';
/** Why `response-cancel` cannot be done in sessions with the vendor's turn detection. */
export const INTERRUPT_REASON =
  'Gemini Live has no message that stops a response while it detects turns itself; what it still says is not played.';
/** Why `audio-clear` cannot be done in sessions with the vendor's turn detection. */
export const CLEAR_REASON = 'With automatic turn detection audio is sent at once, and Gemini Live cannot forget it.';
