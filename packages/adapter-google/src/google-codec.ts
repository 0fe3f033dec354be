import type {
  AdapterCodec,
  CodecOutput,
  CommandOutput,
  ConnectionEnd,
  ProviderFrame,
  SessionCommand,
  SessionConfig,
  SessionEvent,
  TokenUsage,
} from '@speko/adapter';
import { decodeIntactBase64, parseJsonFrame } from '@speko/adapter-kit';
import { createAudioFrameReader } from './audio-frame-reader.ts';
import { jsonFrame } from './client-frames.ts';
import type { GoogleClientMessage } from './google-client-messages.ts';
import { GOOGLE_OUTPUT_RATE_HZ } from './google-dial-plan.ts';
import { DAMAGED_AUDIO, isHandleDead, toConnectionError, unusableCall } from './google-errors.ts';
import type { GoogleOptions } from './google-options.ts';
import { buildSetup } from './google-setup.ts';
import type { ServerContent } from './google-wire.ts';
import { MAX_HELD_MS } from './held-audio.ts';
import { type ModelProfile, profileOfModel } from './model-profiles.ts';
import { ModelTurns } from './model-turns.ts';
import { openingMessages } from './opening-messages.ts';
import { readServerMessage, type ServerStatement } from './read-server-message.ts';
import type { CallForm } from './tool-calls.ts';
import { ToolDialog } from './tool-dialog.ts';
import { readEarlyEnd, turnFault } from './turn-end-reason.ts';
import { UserInput } from './user-input.ts';
import { UserTurns } from './user-turns.ts';

/** Turns of the user that wait while the model takes no input. */
const MAX_WAITING = 16;

const TOO_MANY_WAITING: SessionEvent = {
  type: 'provider-error',
  code: 'RATE_LIMITED',
  message: `${MAX_WAITING} turns wait for the results of tool calls, so a typed text was left out. Send the results first.`,
  fatal: false,
  retryable: true,
};

interface Output {
  readonly events: SessionEvent[];
  readonly frames: ProviderFrame[];
}

/** Translation for one connection to the Gemini Live API. */
export class GoogleCodec implements AdapterCodec {
  readonly #config: SessionConfig;
  readonly #options: GoogleOptions;
  readonly #profile: ModelProfile;
  readonly #isManual: boolean;
  readonly #reader = createAudioFrameReader();
  readonly #user = new UserTurns();
  readonly #model = new ModelTurns();
  readonly #tools: ToolDialog;
  readonly #input: UserInput;
  /** Turns of the user that have to wait until the model has its results. */
  #waiting: SessionCommand[] = [];
  #handle = '';
  #isReady = false;
  #isLeaving = false;
  #hasFailed = false;
  /** Of the damaged audio of a turn the first piece is reported. */
  #isDamageTold = false;
  /** A reason to end that came before the end. */
  #finishReason: string | undefined;

  constructor(config: SessionConfig, options: GoogleOptions) {
    this.#config = config;
    this.#options = options;
    this.#profile = profileOfModel(config.model, options.profile);
    this.#isManual = config.turnDetection === 'manual';
    this.#input = new UserInput({
      profile: this.#profile,
      isManual: this.#isManual,
      silenceDurationMs: options.turnDetection.silenceDurationMs,
    });
    this.#handle = config.continuation?.handle ?? '';
    this.#tools = new ToolDialog(config, options, this.#profile);
  }

  hello(): CodecOutput {
    return { events: [], frames: [jsonFrame({ setup: buildSetup(this.#config, this.#options, this.#profile) })] };
  }

  decode(frame: ProviderFrame, nowMs: number): CodecOutput {
    const output: Output = { events: [], frames: [] };
    const kind = this.#reader.read(frame);
    if (kind === 'plain' && this.#isReady) {
      this.#audio(this.#reader.mimeType, () => this.#reader.audio(frame), output, nowMs);
      return output;
    }
    const json = parseJsonFrame(kind === 'none' ? frame : this.#reader.withoutAudio(frame));
    const statements: readonly ServerStatement[] = json.ok
      ? readServerMessage(json.value)
      : [{ type: 'unknown', name: 'invalid', raw: json.message }];
    for (const statement of statements) {
      // Nothing may be said before the session is ready, whatever the vendor does.
      if (this.#isReady || statement.type === 'set-up' || statement.type === 'unknown') {
        this.#receive(statement, kind === 'none' ? undefined : frame, output, nowMs);
      } else output.events.push({ type: 'provider-raw', name: statement.type, raw: statement });
    }
    this.#sendHeldResults(output, nowMs);
    return output;
  }

  appendAudio(pcm: Uint8Array, nowMs: number): readonly ProviderFrame[] {
    return this.#input.append(pcm, this.#mustWait(nowMs));
  }

  encode(command: SessionCommand, nowMs: number): CommandOutput {
    const output: Output = { events: [], frames: [] };
    const reason = this.#send(command, output, nowMs);
    this.#sendHeldResults(output, nowMs);
    return reason === undefined ? { type: 'ok', ...output } : { type: 'unsupported', reason };
  }

  get wakeAtMs(): number | undefined {
    return earliest(
      this.#input.wakeAtMs,
      this.#model.wakeAtMs,
      this.#waiting.length > 0 ? this.#tools.waitsUntilMs : undefined,
      this.#tools.heldUntilMs,
    );
  }

  wake(nowMs: number): CodecOutput {
    const output: Output = { events: [], frames: [...this.#input.wake(nowMs)] };
    this.#model.wake(output.events, nowMs);
    this.#sendWaiting(output, nowMs);
    this.#sendHeldResults(output, nowMs);
    return output;
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    const events: SessionEvent[] = [];
    this.#user.close(events);
    this.#model.close(events);
    this.#input.turnEnded();
    this.#waiting = [];
    this.#tools.close();
    if (this.#hasFailed) return events;
    if (isHandleDead(end)) events.push({ type: 'resumption-update', handle: '', resumable: false });
    const isResumeRefused = !this.#isReady && this.#config.continuation?.handle !== undefined;
    events.push(toConnectionError(end, { wasAnnounced: this.#isLeaving, isResumeRefused }));
    return events;
  }

  /** One thing the vendor says. `source` is the frame its first audio is to be read from, if it was taken out. */
  #receive(statement: ServerStatement, source: ProviderFrame | undefined, output: Output, nowMs: number): void {
    const { events } = output;
    switch (statement.type) {
      case 'set-up':
        return this.#setUp(output);
      case 'handle': {
        const { handle } = statement;
        this.#handle = handle ?? this.#handle;
        events.push({ type: 'resumption-update', handle: this.#handle, resumable: handle !== undefined });
        return;
      }
      case 'speech':
        return this.#voice(statement.isStart, statement.offsetMs, output);
      case 'content':
        return this.#content(statement, source, output, nowMs);
      case 'calls':
        return this.#callTools(statement.calls, 'message', output, nowMs);
      case 'cancelled-calls':
        for (const callId of this.#tools.cancelled(statement.ids)) events.push({ type: 'tool-cancel', callId });
        return this.#sendWaiting(output, nowMs);
      case 'usage':
        return this.#model.usage(events, statement.usage);
      case 'go-away':
        this.#isLeaving = true;
        events.push({ type: 'go-away', timeLeftMs: statement.timeLeftMs });
        return;
      case 'unknown':
        events.push({ type: 'provider-raw', name: statement.name, raw: statement.raw });
        return;
    }
  }

  #setUp(output: Output): void {
    if (this.#isReady) return;
    this.#isReady = true;
    output.events.push({ type: 'session-ready', ignored: [] });
    for (const message of openingMessages(this.#config, this.#profile)) push(output, message);
    if (this.#config.continuation?.handle === undefined || !this.#profile.answersCallsOnResume) return;
    const replies = this.#tools.earlierReplies();
    if (replies !== undefined) push(output, replies);
  }

  #voice(isStart: boolean, offsetMs: number | undefined, output: Output): void {
    if (isStart) {
      this.#model.userTurnBegan();
      this.#user.speechStarted(output.events, offsetMs);
    } else {
      this.#user.speechEnded(output.events, offsetMs);
      output.frames.push(...this.#input.turnEnded());
    }
  }

  #content(
    { content, usage }: Extract<ServerStatement, { type: 'content' }>,
    source: ProviderFrame | undefined,
    output: Output,
    nowMs: number,
  ): void {
    const { events } = output;
    const isInterrupted = content.interrupted === true;
    if (isInterrupted) {
      this.#user.interrupted(events);
      this.#model.interrupted(events, nowMs);
    }
    const heard = content.inputTranscription?.text;
    if (heard !== undefined && heard !== '') {
      this.#model.userHeard();
      this.#user.words(events, heard, this.#model.answersLastTurn);
    }
    if (content.inputTranscription?.finished === true) this.#user.finished(events);
    // Words before the audio that came with them: a client that shows both is never behind what it plays.
    const said = content.outputTranscription?.text;
    if (said !== undefined && said !== '' && this.#model.takesWords(nowMs)) {
      this.#answerBegins(output);
      this.#model.words(events, said);
    }
    if (content.outputTranscription?.finished === true) this.#model.wordsFinished();
    let inside = source;
    const parts = content.modelTurn?.parts ?? [];
    for (const { inlineData } of parts) {
      if (inlineData?.data === undefined) continue;
      const { mimeType, data } = inlineData;
      const whole = inside;
      inside = undefined;
      if (isInterrupted) continue;
      this.#audio(
        mimeType ?? '',
        () => (whole === undefined ? decodeIntactBase64(data) : this.#reader.audio(whole)),
        output,
        nowMs,
      );
    }
    const calls = parts.flatMap(({ functionCall }) =>
      functionCall === undefined || functionCall === null ? [] : [functionCall],
    );
    if (calls.length > 0) this.#callTools(calls, 'part', output, nowMs);
    this.#finishReason = content.finishReason ?? this.#finishReason;
    if (content.generationComplete === true) this.#model.generated(nowMs);
    if (content.turnComplete === true) this.#turnComplete(content, usage, output, nowMs);
    else if (content.waitingForInput === true) this.#turnIsOver(output, false);
  }

  #turnComplete(content: ServerContent, usage: TokenUsage | undefined, output: Output, nowMs: number): void {
    const { events } = output;
    const early = readEarlyEnd(content.turnCompleteReason) ?? readEarlyEnd(this.#finishReason);
    this.#finishReason = undefined;
    if (early?.hasLostCall === true) events.push(unusableCall(`The provider could not read it (${early.reason}).`));
    // A turn that broke off before its first word is a response as well, or nobody would learn of it.
    if (early !== undefined && this.#model.mayBeginNow(nowMs)) {
      this.#answerBegins(output);
      this.#model.start(events);
    }
    const mayGoOn = content.interactionStatus === 'IN_PROGRESS';
    const isOfEarlierTurn = this.#model.isOpen && !this.#model.answersLastTurn;
    const end = this.#model.turnComplete(events, { usage, reason: early?.reason, mayGoOn });
    if (early?.fault !== undefined) events.push(turnFault(early.fault));
    this.#isDamageTold = false;
    if (!mayGoOn) this.#tools.turnEnded();
    // The end of an earlier turn says nothing about what the user has said since.
    if (!isOfEarlierTurn && end !== 'owed') this.#turnIsOver(output, mayGoOn);
  }

  #turnIsOver(output: Output, mayGoOn: boolean): void {
    this.#user.turnOver(output.events, mayGoOn);
    output.frames.push(...this.#input.turnEnded());
  }

  #audio(mimeType: string, decode: () => Uint8Array | undefined, output: Output, nowMs: number): void {
    if (!mimeType.startsWith('audio/') || !this.#model.isHeard(nowMs)) return;
    if (!hasOutputRate(mimeType)) return this.#wrongFormat(mimeType, output);
    const pcm = decode();
    if (pcm === undefined) return this.#damagedAudio(output);
    if (pcm.byteLength === 0) return;
    this.#answerBegins(output);
    this.#model.audio(output.events, pcm, nowMs);
  }

  #damagedAudio(output: Output): void {
    if (!this.#isDamageTold) output.events.push(DAMAGED_AUDIO);
    this.#isDamageTold = true;
  }

  /** Before the first event of a response: the user's turn is closed. */
  #answerBegins(output: Output): void {
    if (!this.#model.startsAnew) return;
    this.#user.answered(output.events);
    output.frames.push(...this.#input.answered());
  }

  #callTools(given: readonly unknown[], form: CallForm, output: Output, nowMs: number): void {
    const { events } = output;
    const { calls, problems, reply } = this.#tools.received(given, form, nowMs);
    events.push(...problems.map((problem) => unusableCall(problem)));
    if (reply !== undefined) push(output, reply);
    for (const { callId, name, arguments: args } of calls) {
      this.#answerBegins(output);
      // Of a turn that is not heard any more the calls have to be answered all the same.
      const responseId = this.#model.isHeard(nowMs) ? this.#model.start(events).id : undefined;
      events.push({
        type: 'tool-call',
        callId,
        name,
        arguments: args,
        ...(responseId === undefined ? {} : { responseId }),
      });
    }
    if (calls.length > 0 || problems.length > 0) this.#model.callsMade(events);
    // The newest handle is from before the calls: whoever resumed by it could not be given their results.
    if (this.#tools.isWaiting && this.#handle !== '')
      events.push({ type: 'resumption-update', handle: this.#handle, resumable: false });
  }

  /** What the gateway asks. Returns why not, if it cannot be done. */
  #send(command: SessionCommand, output: Output, nowMs: number): string | undefined {
    switch (command.type) {
      case 'audio-commit':
        this.#commit(output, nowMs);
        return undefined;
      case 'audio-clear':
        if (!this.#isManual) return CLEAR_REASON;
        this.#input.clear();
        this.#waiting = this.#waiting.filter(({ type }) => type !== 'audio-commit');
        return undefined;
      case 'text-append':
        if (this.#mustWait(nowMs) && this.#waiting.length >= MAX_WAITING) output.events.push(TOO_MANY_WAITING);
        else this.#text(command, output, nowMs);
        return undefined;
      case 'response-cancel':
        return this.#cancel(command.responseId, output);
      case 'response-truncate':
        return TRUNCATE_REASON;
      case 'tool-result':
        this.#answerCall(command.callId, command.output, output, nowMs);
        return undefined;
    }
  }

  #commit(output: Output, nowMs: number): void {
    if (!this.#input.hasTurn) return;
    if (this.#mustWait(nowMs)) {
      const isWaiting = this.#waiting.some(({ type }) => type === 'audio-commit');
      if (this.#isManual && !isWaiting) this.#waiting.push({ type: 'audio-commit' });
      return;
    }
    const { frames, isTurn, hasLost } = this.#input.commit(nowMs);
    output.frames.push(...frames);
    if (!isTurn) return;
    this.#model.userTurnBegan();
    this.#user.committed(output.events);
    if (!hasLost) return;
    const message = `The turn was longer than ${MAX_HELD_MS / 1000} seconds; the beginning was not sent. Commit sooner.`;
    output.events.push({ type: 'provider-error', code: 'INVALID_REQUEST', message, fatal: false, retryable: false });
  }

  #text(command: Extract<SessionCommand, { type: 'text-append' }>, output: Output, nowMs: number): void {
    if (this.#mustWait(nowMs)) {
      this.#waiting.push(command);
      return;
    }
    output.frames.push(...this.#input.closeWindow());
    this.#model.userTurnBegan();
    push(output, { realtimeInput: { text: command.text } });
  }

  #cancel(responseId: string, output: Output): string | undefined {
    if (!this.#isManual && this.#options.interruptBy === 'muting') return INTERRUPT_REASON;
    if (!this.#model.cancel(output.events, responseId)) return undefined;
    if (this.#isManual) output.frames.push(...this.#input.openWindow());
    else push(output, { clientContent: { turnComplete: false } });
    return undefined;
  }

  #answerCall(callId: string, result: string, output: Output, nowMs: number): void {
    const text = this.#tools.earlierResult(callId, result);
    if (text !== undefined) return this.#text({ type: 'text-append', text }, output, nowMs);
    this.#sendResults(this.#tools.result(callId, result, this.#model.isOpen, nowMs), output);
    this.#sendWaiting(output, nowMs);
  }

  #sendHeldResults(output: Output, nowMs: number): void {
    this.#sendResults(this.#tools.heldResults(this.#model.isOpen, nowMs), output);
  }

  #sendResults(messages: readonly GoogleClientMessage[], output: Output): void {
    if (messages.length > 0) this.#model.userHeard();
    for (const message of messages) push(output, message);
  }

  #mustWait(nowMs: number): boolean {
    return nowMs < this.#tools.waitsUntilMs;
  }

  #sendWaiting(output: Output, nowMs: number): void {
    if (this.#waiting.length === 0 || this.#mustWait(nowMs)) return;
    const commands = this.#waiting;
    this.#waiting = [];
    for (const command of commands) this.#send(command, output, nowMs);
  }

  #wrongFormat(mimeType: string, output: Output): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const message = `The provider answers in the audio format ${mimeType.slice(0, 80)}, although it is known for ${GOOGLE_OUTPUT_RATE_HZ} Hz PCM.`;
    output.events.push({ type: 'provider-error', code: 'PROVIDER_ERROR', message, fatal: true, retryable: false });
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

function push(output: Output, message: GoogleClientMessage): void {
  output.frames.push(jsonFrame(message));
}

/** A rate that is not stated is the usual one. */
function hasOutputRate(mimeType: string): boolean {
  const rate = /;\s*rate=(\d+)/.exec(mimeType)?.[1];
  return mimeType.startsWith('audio/pcm') && (rate === undefined || Number(rate) === GOOGLE_OUTPUT_RATE_HZ);
}

function earliest(...times: readonly (number | undefined)[]): number | undefined {
  return times.reduce(
    (first, time) => (first === undefined || (time !== undefined && time < first) ? time : first),
    undefined,
  );
}
