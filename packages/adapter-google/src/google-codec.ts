import type {
  AdapterCodec,
  CodecOutput,
  CommandOutput,
  ConnectionEnd,
  ProviderFrame,
  SessionCommand,
  SessionConfig,
  SessionEvent,
} from '@speko/adapter';
import { decodeBase64, parseJsonFrame } from '@speko/adapter-kit';
import { pcmByteLength } from '@speko/audio';
import { createAudioFrameReader } from './audio-frame-reader.ts';
import { audioFrame, jsonFrame } from './client-frames.ts';
import type { Content, GoogleClientMessage } from './google-client-messages.ts';
import { GOOGLE_INPUT_RATE_HZ, GOOGLE_OUTPUT_RATE_HZ } from './google-dial-plan.ts';
import { isHandleDead, toConnectionError, toTurnError } from './google-errors.ts';
import type { GoogleOptions } from './google-options.ts';
import { announcesHistory, buildSetup } from './google-setup.ts';
import {
  functionCallSchema,
  goAwaySchema,
  readDurationMs,
  SERVER_MEMBERS,
  type ServerContent,
  serverContentSchema,
  sessionResumptionUpdateSchema,
  toolCallCancellationSchema,
  toolCallSchema,
  vadSignalSchema,
  voiceActivitySchema,
} from './google-wire.ts';
import { HeldAudio, MAX_HELD_MS } from './held-audio.ts';
import { type ModelProfile, profileOfModel } from './model-profiles.ts';
import { ModelTurns } from './model-turns.ts';
import { readUsage } from './read-usage.ts';
import { openCallsOf, resultAsText, seedTurns } from './seed-history.ts';
import { ToolCalls } from './tool-calls.ts';
import { toResponseObject } from './to-response-object.ts';
import { TurnForcer } from './turn-forcer.ts';
import { UserTurns } from './user-turns.ts';

const NOTHING: CodecOutput = { events: [], frames: [] };
const NO_FRAMES: readonly ProviderFrame[] = [];
/** Less audio than this is no turn. */
const MIN_COMMIT_BYTES = pcmByteLength(100, GOOGLE_INPUT_RATE_HZ);

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
  readonly #calls = new ToolCalls();
  readonly #forcer: TurnForcer;
  readonly #held = new HeldAudio();
  /** Calls of the connection before this one, by id: this one does not know them. */
  readonly #earlierCalls: Map<string, string>;
  /** Turns of the user that have to wait until the model has its results. */
  #waiting: SessionCommand[] = [];
  /** The user's activity window was opened to stop the model, and stays open for the next turn. */
  #isWindowOpen = false;
  /** Audio sent since the last turn of the user. */
  #sentBytes = 0;
  #handle = '';
  #isReady = false;
  #isLeaving = false;
  #hasFailed = false;

  constructor(config: SessionConfig, options: GoogleOptions) {
    this.#config = config;
    this.#options = options;
    this.#profile = profileOfModel(config.model, options.profile);
    this.#isManual = config.turnDetection === 'manual';
    this.#forcer = new TurnForcer(this.#profile, options.turnDetection.silenceDurationMs);
    this.#handle = config.continuation?.handle ?? '';
    this.#earlierCalls = new Map(
      openCallsOf(config.continuation?.history ?? []).map(({ callId, name }) => [callId, name]),
    );
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
    if (!json.ok) return raw('invalid', json.message);
    if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value))
      return raw('invalid', json.value);
    const message = json.value as Readonly<Record<string, unknown>>;
    const members = SERVER_MEMBERS.filter((name) => message[name] != null);
    if (members.length === 0) {
      const [name] = Object.keys(message);
      return name === undefined ? NOTHING : raw(name === '' ? 'invalid' : name, message);
    }
    // Nothing may be said before the session is ready, whatever the vendor does.
    if (!this.#isReady && !members.includes('setupComplete')) return raw(members[0] ?? 'invalid', message);
    for (const name of members) this.#receive(name, message, kind === 'none' ? undefined : frame, output, nowMs);
    return output;
  }

  appendAudio(pcm: Uint8Array, nowMs: number): readonly ProviderFrame[] {
    if (this.#isManual) {
      this.#held.push(pcm);
      return NO_FRAMES;
    }
    // What is said while the model waits for results would be answered out of place later: it is not kept.
    if (this.#mustWait(nowMs)) return NO_FRAMES;
    this.#sentBytes += pcm.byteLength;
    const frame = audioFrame(pcm);
    return this.#forcer.isActive ? this.#forcer.hold(frame) : [frame];
  }

  encode(command: SessionCommand, nowMs: number): CommandOutput {
    const output: Output = { events: [], frames: [] };
    const reason = this.#send(command, output, nowMs);
    return reason === undefined ? { type: 'ok', ...output } : { type: 'unsupported', reason };
  }

  get wakeAtMs(): number | undefined {
    return earliest(
      this.#forcer.wakeAtMs,
      this.#model.wakeAtMs,
      this.#waiting.length > 0 ? this.#calls.waitsUntilMs : undefined,
    );
  }

  wake(nowMs: number): CodecOutput {
    const output: Output = { events: [], frames: [...this.#forcer.wake(nowMs)] };
    this.#model.wake(output.events, nowMs);
    this.#sendWaiting(output, nowMs);
    return output;
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    const events: SessionEvent[] = [];
    this.#user.close(events);
    this.#model.close(events);
    this.#forcer.stop();
    this.#waiting = [];
    if (this.#hasFailed) return events;
    if (isHandleDead(end)) events.push({ type: 'resumption-update', handle: '', resumable: false });
    const isResumeRefused = !this.#isReady && this.#config.continuation?.handle !== undefined;
    events.push(toConnectionError(end, { wasAnnounced: this.#isLeaving, isResumeRefused }));
    return events;
  }

  /** One member of a message. `source` is the frame its first audio is to be read from, if it was taken out. */
  #receive(
    name: (typeof SERVER_MEMBERS)[number],
    message: Readonly<Record<string, unknown>>,
    source: ProviderFrame | undefined,
    output: Output,
    nowMs: number,
  ): void {
    const { events } = output;
    const value = message[name];
    switch (name) {
      case 'setupComplete':
        return this.#setUp(output);
      case 'sessionResumptionUpdate': {
        const update = sessionResumptionUpdateSchema.safeParse(value);
        if (!update.success) return unreadable(name, value, events);
        const isResumable =
          update.data.resumable === true && update.data.newHandle != null && update.data.newHandle !== '';
        if (isResumable) this.#handle = update.data.newHandle ?? '';
        if (this.#isReady) events.push({ type: 'resumption-update', handle: this.#handle, resumable: isResumable });
        return;
      }
      case 'voiceActivity': {
        const activity = voiceActivitySchema.safeParse(value);
        if (!activity.success) return unreadable(name, value, events);
        const { type, voiceActivityType, audioOffset } = activity.data;
        return this.#voice(type ?? voiceActivityType, readDurationMs(audioOffset), output);
      }
      case 'voiceActivityDetectionSignal': {
        const signal = vadSignalSchema.safeParse(value);
        if (!signal.success) return unreadable(name, value, events);
        return this.#voice(signal.data.vadSignalType, undefined, output);
      }
      case 'serverContent': {
        const content = serverContentSchema.safeParse(value);
        if (!content.success) return unreadable(name, value, events);
        return this.#content(content.data, message['usageMetadata'], source, output, nowMs);
      }
      case 'toolCall': {
        const toolCall = toolCallSchema.safeParse(value);
        if (!toolCall.success) return unreadable(name, value, events);
        return this.#callTools(toolCall.data.functionCalls ?? [], output, nowMs);
      }
      case 'toolCallCancellation': {
        const cancellation = toolCallCancellationSchema.safeParse(value);
        if (!cancellation.success) return unreadable(name, value, events);
        for (const callId of cancellation.data.ids ?? []) {
          if (this.#calls.answered(callId) !== undefined) events.push({ type: 'tool-cancel', callId });
        }
        return this.#sendWaiting(output, nowMs);
      }
      case 'usageMetadata': {
        // Beside the end of a turn it belongs to that turn.
        if (isTurnComplete(message['serverContent'])) return;
        const usage = readUsage(value);
        if (usage === undefined) return unreadable(name, value, events);
        return this.#model.usage(events, usage);
      }
      case 'goAway': {
        const goAway = goAwaySchema.safeParse(value);
        if (!goAway.success) return unreadable(name, value, events);
        this.#isLeaving = true;
        events.push({ type: 'go-away', timeLeftMs: readDurationMs(goAway.data.timeLeft) ?? 0 });
        return;
      }
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

  #voice(type: string | null | undefined, offsetMs: number | undefined, output: Output): void {
    if (type === 'ACTIVITY_START' || type === 'VAD_SIGNAL_TYPE_SOS') {
      this.#model.userTurnBegan();
      this.#user.speechStarted(output.events, offsetMs);
    } else if (type === 'ACTIVITY_END' || type === 'VAD_SIGNAL_TYPE_EOS') {
      this.#user.speechEnded(output.events, offsetMs);
      output.frames.push(...this.#forcer.stop());
    }
  }

  #content(
    content: ServerContent,
    usageMetadata: unknown,
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
    if (heard != null && heard !== '') {
      this.#model.userTurnBegan();
      this.#user.words(events, heard, this.#model.isOpen && !this.#model.isCutShort);
    }
    let inside = source;
    for (const { inlineData } of content.modelTurn?.parts ?? []) {
      if (inlineData?.data == null) continue;
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
    const said = content.outputTranscription?.text;
    if (said != null && said !== '' && this.#model.takesWords(nowMs)) {
      this.#answerBegins(output);
      this.#model.words(events, said);
    }
    if (content.generationComplete === true) this.#model.generated(nowMs);
    if (content.turnComplete === true) this.#turnComplete(content, readUsage(usageMetadata), output);
    else if (content.waitingForInput === true) this.#turnIsOver(output, false);
  }

  #turnComplete(content: ServerContent, usage: ReturnType<typeof readUsage>, output: Output): void {
    const { events } = output;
    const error = toTurnError(content.turnCompleteReason);
    const mayGoOn = content.interactionStatus === 'IN_PROGRESS';
    const wasCutShort = this.#model.isCutShort;
    const end = this.#model.turnComplete(events, { usage, reason: error?.providerCode, mayGoOn });
    if (error !== undefined) events.push(error);
    // The end of a turn that was cut says nothing about the words that cut it.
    if (!wasCutShort && end !== 'owed') this.#turnIsOver(output, mayGoOn);
  }

  #turnIsOver(output: Output, mayGoOn: boolean): void {
    this.#user.turnOver(output.events, mayGoOn);
    output.frames.push(...this.#forcer.stop());
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
    this.#sentBytes = 0;
    output.frames.push(...this.#forcer.stop());
  }

  #callTools(calls: readonly unknown[], output: Output, nowMs: number): void {
    const { events } = output;
    for (const given of calls) {
      const call = functionCallSchema.safeParse(given);
      if (!call.success) {
        unreadable('toolCall', given, events);
        continue;
      }
      const { id, name, args } = call.data;
      const callId = this.#calls.opened(id == null || id === '' ? undefined : id, name, nowMs);
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
    if (!this.#model.isCutShort) this.#model.callsMade(events);
  }

  /** What the gateway asks. Returns why not, if it cannot be done. */
  #send(command: SessionCommand, output: Output, nowMs: number): string | undefined {
    switch (command.type) {
      case 'audio-commit':
        this.#commit(output, nowMs);
        return undefined;
      case 'audio-clear':
        if (!this.#isManual) return CLEAR_REASON;
        this.#held.clear();
        this.#waiting = this.#waiting.filter(({ type }) => type !== 'audio-commit');
        return undefined;
      case 'text-append':
        this.#text(command, output, nowMs);
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
    if (!this.#isManual) {
      if (this.#sentBytes < MIN_COMMIT_BYTES || this.#mustWait(nowMs)) return;
      this.#sentBytes = 0;
      output.frames.push(...this.#forcer.begin(nowMs));
      return;
    }
    if (!this.#held.isTurn) return;
    if (this.#mustWait(nowMs)) {
      if (!this.#waiting.some(({ type }) => type === 'audio-commit')) this.#waiting.push({ type: 'audio-commit' });
      return;
    }
    const { frames, hasLost } = this.#held.take();
    if (!this.#isWindowOpen) push(output, { realtimeInput: { activityStart: {} } });
    output.frames.push(...frames);
    push(output, { realtimeInput: { activityEnd: {} } });
    this.#isWindowOpen = false;
    this.#model.userTurnBegan();
    this.#user.committed(output.events);
    if (!hasLost) return;
    const message = `The turn was longer than ${MAX_HELD_MS / 60_000} minutes; the beginning was not sent. Commit sooner.`;
    output.events.push({ type: 'provider-error', code: 'INVALID_REQUEST', message, fatal: false, retryable: false });
  }

  #text(command: Extract<SessionCommand, { type: 'text-append' }>, output: Output, nowMs: number): void {
    if (this.#mustWait(nowMs)) {
      this.#waiting.push(command);
      return;
    }
    if (this.#isWindowOpen) push(output, { realtimeInput: { activityEnd: {} } });
    this.#isWindowOpen = false;
    this.#model.userTurnBegan();
    push(output, { realtimeInput: { text: command.text } });
  }

  #cancel(responseId: string, output: Output): string | undefined {
    if (!this.#isManual && this.#options.interruptBy === 'muting') return INTERRUPT_REASON;
    if (!this.#model.cancel(output.events, responseId)) return undefined;
    if (!this.#isManual) push(output, { clientContent: { turnComplete: false } });
    else if (!this.#isWindowOpen) {
      push(output, { realtimeInput: { activityStart: {} } });
      this.#isWindowOpen = true;
    }
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
    this.#model.userTurnBegan();
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

function raw(name: string, value: unknown): CodecOutput {
  return { events: [{ type: 'provider-raw', name, raw: value }], frames: [] };
}

function unreadable(name: string, value: unknown, events: SessionEvent[]): void {
  events.push({ type: 'provider-raw', name, raw: value });
}

function isTurnComplete(content: unknown): boolean {
  return typeof content === 'object' && content !== null && 'turnComplete' in content && content.turnComplete === true;
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
