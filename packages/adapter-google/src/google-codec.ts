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
import { decodeBase64, parseJsonFrame } from '@speko/adapter-kit';
import { createAudioFrameReader } from './audio-frame-reader.ts';
import { jsonFrame } from './client-frames.ts';
import type { Content, GoogleClientMessage } from './google-client-messages.ts';
import { GOOGLE_OUTPUT_RATE_HZ } from './google-dial-plan.ts';
import { isHandleDead, toConnectionError, toTurnError } from './google-errors.ts';
import type { GoogleOptions } from './google-options.ts';
import { announcesHistory, buildSetup } from './google-setup.ts';
import type { ServerContent } from './google-wire.ts';
import { MAX_HELD_MS } from './held-audio.ts';
import { type ModelProfile, profileOfModel } from './model-profiles.ts';
import { ModelTurns } from './model-turns.ts';
import { readServerMessage, type ServerStatement } from './read-server-message.ts';
import { openCallsOf, resultAsText, seedTurns } from './seed-history.ts';
import { ToolCalls } from './tool-calls.ts';
import { toResponseObject } from './to-response-object.ts';
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
  readonly #calls: ToolCalls;
  readonly #input: UserInput;
  /** Calls of the connection before this one, by id: this one does not know them. */
  readonly #earlierCalls: Map<string, string>;
  /** Turns of the user that have to wait until the model has its results. */
  #waiting: SessionCommand[] = [];
  #handle = '';
  #isReady = false;
  #isLeaving = false;
  #hasFailed = false;

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
    const history = config.continuation?.history ?? [];
    this.#calls = new ToolCalls(history.flatMap((item) => (item.type === 'tool-call' ? [item.callId] : [])));
    this.#earlierCalls = new Map(openCallsOf(history).map(({ callId, name }) => [callId, name]));
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
    return output;
  }

  appendAudio(pcm: Uint8Array, nowMs: number): readonly ProviderFrame[] {
    return this.#input.append(pcm, this.#mustWait(nowMs));
  }

  encode(command: SessionCommand, nowMs: number): CommandOutput {
    const output: Output = { events: [], frames: [] };
    const reason = this.#send(command, output, nowMs);
    return reason === undefined ? { type: 'ok', ...output } : { type: 'unsupported', reason };
  }

  get wakeAtMs(): number | undefined {
    return earliest(
      this.#input.wakeAtMs,
      this.#model.wakeAtMs,
      this.#waiting.length > 0 ? this.#calls.waitsUntilMs : undefined,
    );
  }

  wake(nowMs: number): CodecOutput {
    const output: Output = { events: [], frames: [...this.#input.wake(nowMs)] };
    this.#model.wake(output.events, nowMs);
    this.#sendWaiting(output, nowMs);
    return output;
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    const events: SessionEvent[] = [];
    this.#user.close(events);
    this.#model.close(events);
    this.#input.turnEnded();
    this.#waiting = [];
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
        return this.#callTools(statement.calls, output, nowMs);
      case 'cancelled-calls':
        for (const callId of statement.ids) {
          if (this.#calls.answered(callId) !== undefined) events.push({ type: 'tool-cancel', callId });
        }
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
    const { continuation, firstMessage } = this.#config;
    if (continuation === undefined) {
      if (firstMessage === undefined) return;
      const request = `Say exactly the following to the user, word for word, and nothing else: ${JSON.stringify(firstMessage)}`;
      return this.#open(request, output);
    }
    if (continuation.handle === undefined) return this.#retell(output);
    if (!this.#profile.answersCallsOnResume || this.#earlierCalls.size === 0) return;
    const functionResponses = [...this.#earlierCalls].map(([id, name]) => ({
      id,
      name,
      response: { error: 'The connection was replaced. The result follows as a message.' },
    }));
    push(output, { toolResponse: { functionResponses } });
  }

  /** Tells a fresh session what was said before it. */
  #retell(output: Output): void {
    const { turns, pendingQuestion } = seedTurns(this.#config.continuation?.history ?? []);
    if (announcesHistory(this.#config, this.#profile)) {
      push(output, { clientContent: { turns: [...turns], turnComplete: true } });
      if (pendingQuestion !== undefined) push(output, { realtimeInput: { text: pendingQuestion } });
      return;
    }
    if (pendingQuestion !== undefined) return this.#open(pendingQuestion, output, [...turns]);
    const last = turns.at(-1);
    if (last === undefined) return;
    // Here a history is to end with the user.
    const closing: Content[] = last.role === 'user' ? [] : [{ role: 'user', parts: [{ text: ' ' }] }];
    push(output, { clientContent: { turns: [...turns, ...closing], turnComplete: false } });
  }

  /** Makes the model speak although the user has not. */
  #open(text: string, output: Output, turns: readonly Content[] = []): void {
    if (this.#profile.opensWith === 'realtime-text') return push(output, { realtimeInput: { text } });
    push(output, { clientContent: { turns: [...turns, { role: 'user', parts: [{ text }] }], turnComplete: true } });
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
    // Words before the audio that came with them: a client that shows both is never behind what it plays.
    const said = content.outputTranscription?.text;
    if (said !== undefined && said !== '' && this.#model.takesWords(nowMs)) {
      this.#answerBegins(output);
      this.#model.words(events, said);
    }
    let inside = source;
    for (const { inlineData } of content.modelTurn?.parts ?? []) {
      if (inlineData?.data === undefined) continue;
      const { mimeType, data } = inlineData;
      const whole = inside;
      inside = undefined;
      if (isInterrupted) continue;
      this.#audio(
        mimeType ?? '',
        () => (whole === undefined ? decodeBase64(data) : this.#reader.audio(whole)),
        output,
        nowMs,
      );
    }
    if (content.generationComplete === true) this.#model.generated(nowMs);
    if (content.turnComplete === true) this.#turnComplete(content, usage, output);
    else if (content.waitingForInput === true) this.#turnIsOver(output, false);
  }

  #turnComplete(content: ServerContent, usage: TokenUsage | undefined, output: Output): void {
    const { events } = output;
    const error = toTurnError(content.turnCompleteReason);
    const mayGoOn = content.interactionStatus === 'IN_PROGRESS';
    const isOfEarlierTurn = this.#model.isOpen && !this.#model.answersLastTurn;
    const end = this.#model.turnComplete(events, { usage, reason: error?.providerCode, mayGoOn });
    if (error !== undefined) events.push(error);
    // The end of an earlier turn says nothing about what the user has said since.
    if (!isOfEarlierTurn && end !== 'owed') this.#turnIsOver(output, mayGoOn);
  }

  #turnIsOver(output: Output, mayGoOn: boolean): void {
    this.#user.turnOver(output.events, mayGoOn);
    output.frames.push(...this.#input.turnEnded());
  }

  #audio(mimeType: string, decode: () => Uint8Array, output: Output, nowMs: number): void {
    if (!mimeType.startsWith('audio/') || !this.#model.isHeard(nowMs)) return;
    if (!hasOutputRate(mimeType)) return this.#wrongFormat(mimeType, output);
    const pcm = decode();
    if (pcm.byteLength === 0) return;
    this.#answerBegins(output);
    this.#model.audio(output.events, pcm, nowMs);
  }

  /** Before the first event of a response: the user's turn is closed. */
  #answerBegins(output: Output): void {
    if (!this.#model.startsAnew) return;
    this.#user.answered(output.events);
    output.frames.push(...this.#input.answered());
  }

  #callTools(calls: Extract<ServerStatement, { type: 'calls' }>['calls'], output: Output, nowMs: number): void {
    const { events } = output;
    for (const { id, name, args } of calls) {
      const callId = this.#calls.opened(id === '' ? undefined : id, name, nowMs);
      if (callId === undefined) continue;
      this.#answerBegins(output);
      // Of a turn that is not heard any more the calls have to be answered all the same.
      const responseId = this.#model.isHeard(nowMs) ? this.#model.start(events).id : undefined;
      events.push({
        type: 'tool-call',
        callId,
        name,
        arguments: JSON.stringify(args ?? {}),
        ...(responseId === undefined ? {} : { responseId }),
      });
    }
    this.#model.callsMade(events);
    // The newest handle is from before the calls: whoever resumed by it could not be given their results.
    if (this.#calls.isWaiting && this.#handle !== '')
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
    const earlier = this.#earlierCalls.get(callId);
    if (earlier !== undefined) {
      this.#earlierCalls.delete(callId);
      return this.#text({ type: 'text-append', text: resultAsText(earlier, result) }, output, nowMs);
    }
    const call = this.#calls.answered(callId);
    if (call === undefined) return;
    const { id, name } = call;
    this.#model.userHeard();
    push(output, {
      toolResponse: {
        functionResponses: [{ ...(id === undefined ? {} : { id }), name, response: toResponseObject(result) }],
      },
    });
    this.#sendWaiting(output, nowMs);
  }

  #mustWait(nowMs: number): boolean {
    return this.#profile.refusesInputDuringCalls && nowMs < this.#calls.waitsUntilMs;
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
