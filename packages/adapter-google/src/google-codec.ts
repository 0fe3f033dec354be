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
import {
  type CodecDraft,
  DAMAGED_AUDIO,
  unusableToolCall,
  decodeIntactBase64,
  earliest,
  ignoredSettings,
  parseJsonFrame,
  pushMessage,
} from '@speko/adapter-kit';
import { createAudioFrameReader } from './codec/audio-frame-reader.ts';
import { jsonFrame } from './codec/client-frames.ts';
import { Commands } from './codec/commands.ts';
import { openingMessages } from './codec/handshake.ts';
import { ModelTurns } from './codec/model-turns.ts';
import { readServerMessage, type ServerStatement } from './codec/read-server-message.ts';
import { buildSetup } from './codec/setup.ts';
import type { CallForm } from './codec/tool-calls.ts';
import { ToolDialog } from './codec/tool-dialog.ts';
import { readEarlyEnd, turnFault } from './codec/turn-end-reason.ts';
import { UserInput } from './codec/user-input.ts';
import { GoogleUserTurns } from './codec/user-turns.ts';
import { CAPABILITIES } from './google-capabilities.ts';
import type { GoogleClientMessage } from './google-client-events.ts';
import { GOOGLE_OUTPUT_RATE_HZ } from './google-dial-plan.ts';
import { googleConnectionError, isHandleDead, lostCall } from './google-errors.ts';
import type { GoogleOptions } from './google-options.ts';
import type { ServerContent } from './google-wire.ts';
import { type ModelProfile, profileOfModel } from './model-profiles.ts';

/** Translation for one connection to the Gemini Live API. */
export class GoogleCodec implements AdapterCodec {
  readonly #config: SessionConfig;
  readonly #options: GoogleOptions;
  readonly #profile: ModelProfile;
  readonly #isManual: boolean;
  readonly #reader = createAudioFrameReader();
  readonly #user = new GoogleUserTurns();
  readonly #model = new ModelTurns();
  readonly #tools: ToolDialog;
  readonly #input: UserInput;
  readonly #commands: Commands;
  #handle = '';
  #isReady = false;
  #isLeaving = false;
  #hasFailed = false;
  /** Damaged audio was reported in this turn: once is enough. */
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
    this.#commands = new Commands({
      user: this.#user,
      model: this.#model,
      tools: this.#tools,
      input: this.#input,
      isManual: this.#isManual,
      canInterrupt: this.#isManual || options.interruptBy !== 'muting',
    });
  }

  hello(): CodecOutput {
    return { events: [], frames: [jsonFrame({ setup: buildSetup(this.#config, this.#options, this.#profile) })] };
  }

  decode(frame: ProviderFrame, nowMs: number): CodecOutput {
    const draft: CodecDraft = { events: [], frames: [] };
    const kind = this.#reader.read(frame);
    if (kind === 'plain' && this.#isReady) {
      this.#audio(this.#reader.mimeType, () => this.#reader.audio(frame), draft, nowMs);
      return draft;
    }
    const json = parseJsonFrame(kind === 'none' ? frame : this.#reader.withoutAudio(frame));
    const statements: readonly ServerStatement[] = json.ok
      ? readServerMessage(json.value)
      : [{ type: 'unknown', name: 'invalid', raw: json.message }];
    for (const statement of statements) {
      // Nothing may be said before the session is ready, whatever the vendor does.
      if (this.#isReady || statement.type === 'set-up' || statement.type === 'unknown') {
        this.#receive(statement, kind === 'none' ? undefined : frame, draft, nowMs);
      } else draft.events.push({ type: 'provider-raw', name: statement.type, raw: statement });
    }
    this.#commands.sendHeldResults(draft, nowMs);
    return draft;
  }

  appendAudio(pcm: Uint8Array, nowMs: number): readonly ProviderFrame[] {
    return this.#input.append(pcm, this.#commands.mustWait(nowMs));
  }

  encode(command: SessionCommand, nowMs: number): CommandOutput {
    const draft: CodecDraft = { events: [], frames: [] };
    const reason = this.#commands.send(command, draft, nowMs);
    this.#commands.sendHeldResults(draft, nowMs);
    return reason === undefined ? { type: 'ok', ...draft } : { type: 'unsupported', reason };
  }

  get wakeAtMs(): number | undefined {
    return earliest(this.#input.wakeAtMs, this.#model.wakeAtMs, this.#commands.wakeAtMs);
  }

  wake(nowMs: number): CodecOutput {
    const draft: CodecDraft = { events: [], frames: [...this.#input.wake(nowMs)] };
    this.#model.wake(draft, nowMs);
    this.#commands.sendWaiting(draft, nowMs);
    this.#commands.sendHeldResults(draft, nowMs);
    return draft;
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    const draft: CodecDraft = { events: [], frames: [] };
    this.#user.close(draft);
    this.#model.close(draft);
    this.#input.turnEnded();
    this.#commands.close();
    this.#tools.close();
    if (this.#hasFailed) return draft.events;
    if (isHandleDead(end)) draft.events.push({ type: 'resumption-update', handle: '', resumable: false });
    const isResumeRefused = !this.#isReady && this.#config.continuation?.handle !== undefined;
    draft.events.push(googleConnectionError(end, { wasAnnounced: this.#isLeaving, isResumeRefused }));
    return draft.events;
  }

  /** One thing the vendor says. `source` is the frame its first audio is to be read from, if it was taken out. */
  #receive(statement: ServerStatement, source: ProviderFrame | undefined, draft: CodecDraft, nowMs: number): void {
    const { events } = draft;
    switch (statement.type) {
      case 'set-up':
        return this.#setUp(draft);
      case 'handle': {
        const { handle } = statement;
        this.#handle = handle ?? this.#handle;
        events.push({ type: 'resumption-update', handle: this.#handle, resumable: handle !== undefined });
        return;
      }
      case 'speech':
        return this.#voice(statement.isStart, statement.offsetMs, draft);
      case 'content':
        return this.#content(statement, source, draft, nowMs);
      case 'calls':
        return this.#callTools(statement.calls, 'message', draft, nowMs);
      case 'cancelled-calls':
        for (const callId of this.#tools.cancelled(statement.ids)) events.push({ type: 'tool-cancel', callId });
        return this.#commands.sendWaiting(draft, nowMs);
      case 'usage':
        return this.#model.usage(statement.usage, draft);
      case 'go-away':
        this.#isLeaving = true;
        events.push({ type: 'go-away', timeLeftMs: statement.timeLeftMs });
        return;
      case 'unknown':
        events.push({ type: 'provider-raw', name: statement.name, raw: statement.raw });
        return;
    }
  }

  #setUp(draft: CodecDraft): void {
    if (this.#isReady) return;
    this.#isReady = true;
    draft.events.push({ type: 'session-ready', ignored: ignoredSettings(this.#config, CAPABILITIES) });
    for (const message of openingMessages(this.#config, this.#profile))
      pushMessage<GoogleClientMessage>(draft, message);
    if (this.#config.continuation?.handle === undefined || !this.#profile.answersCallsOnResume) return;
    const replies = this.#tools.earlierReplies();
    if (replies !== undefined) pushMessage<GoogleClientMessage>(draft, replies);
  }

  #voice(isStart: boolean, offsetMs: number | undefined, draft: CodecDraft): void {
    if (isStart) {
      this.#model.userTurnBegan();
      this.#user.speechStarted(offsetMs, draft);
    } else {
      this.#user.speechEnded(offsetMs, draft);
      draft.frames.push(...this.#input.turnEnded());
    }
  }

  #content(
    { content, usage }: Extract<ServerStatement, { type: 'content' }>,
    source: ProviderFrame | undefined,
    draft: CodecDraft,
    nowMs: number,
  ): void {
    const isInterrupted = content.interrupted === true;
    if (isInterrupted) {
      this.#user.interrupted(draft);
      this.#model.interrupted(draft, nowMs);
    }
    const userWords = content.inputTranscription?.text;
    if (userWords !== undefined && userWords !== '') {
      this.#model.vendorListens();
      this.#user.words(userWords, this.#model.answersLastTurn, draft);
    }
    if (content.inputTranscription?.finished === true) this.#user.finished(draft);
    // Words before the audio that came with them: a client that shows both is never behind what it plays.
    const said = content.outputTranscription?.text;
    if (said !== undefined && said !== '' && this.#model.takesWords(nowMs)) {
      this.#answerBegins(draft);
      this.#model.words(said, draft);
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
        draft,
        nowMs,
      );
    }
    const calls = parts.flatMap(({ functionCall }) =>
      functionCall === undefined || functionCall === null ? [] : [functionCall],
    );
    if (calls.length > 0) this.#callTools(calls, 'part', draft, nowMs);
    this.#finishReason = content.finishReason ?? this.#finishReason;
    if (content.generationComplete === true) this.#model.generated(nowMs);
    if (content.turnComplete === true) this.#turnComplete(content, usage, draft, nowMs);
    else if (content.waitingForInput === true) this.#turnIsOver(draft, false);
  }

  #turnComplete(content: ServerContent, usage: TokenUsage | undefined, draft: CodecDraft, nowMs: number): void {
    const { events } = draft;
    const early = readEarlyEnd(content.turnCompleteReason) ?? readEarlyEnd(this.#finishReason);
    this.#finishReason = undefined;
    if (early?.hasLostCall === true) events.push(lostCall(early.reason));
    // A turn that broke off before its first word is a response too; otherwise it would go unreported.
    if (early !== undefined && this.#model.mayBeginNow(nowMs)) {
      this.#answerBegins(draft);
      this.#model.start(draft);
    }
    const mayGoOn = content.interactionStatus === 'IN_PROGRESS';
    const isOfEarlierTurn = this.#model.isOpen && !this.#model.answersLastTurn;
    const end = this.#model.turnComplete({ usage, reason: early?.reason, mayGoOn }, draft);
    if (early?.fault !== undefined) events.push(turnFault(early.fault));
    this.#isDamageTold = false;
    if (!mayGoOn) this.#tools.turnEnded();
    // The end of an earlier turn says nothing about what the user has said since.
    if (!isOfEarlierTurn && end !== 'late') this.#turnIsOver(draft, mayGoOn);
  }

  #turnIsOver(draft: CodecDraft, mayGoOn: boolean): void {
    this.#user.turnOver(mayGoOn, draft);
    draft.frames.push(...this.#input.turnEnded());
  }

  #audio(mimeType: string, decode: () => Uint8Array | undefined, draft: CodecDraft, nowMs: number): void {
    if (!mimeType.startsWith('audio/') || !this.#model.isAudible(nowMs)) return;
    if (!hasOutputRate(mimeType)) return this.#wrongFormat(mimeType, draft);
    const pcm = decode();
    if (pcm === undefined) return this.#damagedAudio(draft);
    if (pcm.byteLength === 0) return;
    this.#answerBegins(draft);
    this.#model.audio(pcm, draft, nowMs);
  }

  #damagedAudio(draft: CodecDraft): void {
    if (!this.#isDamageTold) draft.events.push(DAMAGED_AUDIO);
    this.#isDamageTold = true;
  }

  /** Before the first event of a response: the user's turn is closed. */
  #answerBegins(draft: CodecDraft): void {
    if (!this.#model.startsAnew) return;
    this.#user.answered(draft);
    draft.frames.push(...this.#input.answered());
  }

  #callTools(given: readonly unknown[], form: CallForm, draft: CodecDraft, nowMs: number): void {
    const { events } = draft;
    const { calls, problems, reply } = this.#tools.received(given, form, nowMs);
    events.push(...problems.map(({ name, problem }) => unusableToolCall(name, problem)));
    if (reply !== undefined) pushMessage<GoogleClientMessage>(draft, reply);
    for (const { callId, name, arguments: args } of calls) {
      this.#answerBegins(draft);
      // Calls of a muted turn still need results.
      const responseId = this.#model.isAudible(nowMs) ? this.#model.start(draft).id : undefined;
      events.push({
        type: 'tool-call',
        callId,
        name,
        arguments: args,
        ...(responseId === undefined ? {} : { responseId }),
      });
    }
    if (calls.length > 0 || problems.length > 0) this.#model.callsMade(draft);
    // The newest handle is from before the calls: a session resumed by it could not take their results.
    if (this.#tools.isWaiting && this.#handle !== '')
      events.push({ type: 'resumption-update', handle: this.#handle, resumable: false });
  }

  #wrongFormat(mimeType: string, draft: CodecDraft): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const message = `The provider answers in the audio format ${mimeType.slice(0, 80)}, although it is known for ${GOOGLE_OUTPUT_RATE_HZ} Hz PCM.`;
    draft.events.push({ type: 'provider-error', code: 'PROVIDER_ERROR', message, fatal: true, retryable: false });
  }
}

/** A rate that is not stated is the usual one. */
function hasOutputRate(mimeType: string): boolean {
  const rate = /;\s*rate=(\d+)/.exec(mimeType)?.[1];
  return mimeType.startsWith('audio/pcm') && (rate === undefined || Number(rate) === GOOGLE_OUTPUT_RATE_HZ);
}
