import type {
  AdapterCodec,
  CodecOutput,
  CommandOutput,
  ConnectionEnd,
  ProviderErrorEvent,
  ProviderFrame,
  ResponseEndEvent,
  ResponseTruncateCommand,
  SessionCommand,
  SessionConfig,
  SessionEvent,
} from '@speko/adapter';
import {
  appendAudioMessage,
  AssistantOutput,
  type CodecDraft,
  createRealtimeAudioDeltaReader,
  decodeBase64,
  historyItems,
  openHistoryCalls,
  planTruncation,
  pushMessage,
  readRealtimeUsage,
  readResponseEnd,
  readServerEvent,
  ResponseRequests,
  ToolRounds,
} from '@speko/adapter-kit';
import { pcmByteLength, silence } from '@speko/audio';
import { OpeningLine } from './opening-line.ts';
import { ResponseWatch } from './response-watch.ts';
import { ServerTools } from './server-tools.ts';
import { TypedAcknowledgements } from './typed-acknowledgements.ts';
import { UserTurns } from './user-turns.ts';
import type { XaiClientEvent } from './xai-client-events.ts';
import { xaiAudio } from './xai-dial-plan.ts';
import { kindOfError, readXaiError, xaiConnectionError, xaiError } from './xai-errors.ts';
import type { XaiOptions } from './xai-options.ts';
import { buildSessionUpdate } from './xai-session.ts';
import { XaiOpening } from './xai-opening.ts';
import { IGNORED_SERVER_EVENTS, serverEventSchema, type WireItem, type XaiServerEvent } from './xai-wire.ts';

const SERVER_EVENTS = { schema: serverEventSchema, ignored: IGNORED_SERVER_EVENTS };

/** Less is not worth a commit, and refused by others of this dialect. */
const MIN_COMMIT_MS = 100;
/** Long enough to be heard as a frame, short enough for the vendor's detector. */
const SILENCE_FRAME_MS = 100;
/** Beyond the silence that ends a turn, for the detector's own grain. */
const SILENCE_MARGIN_MS = 300;

/** The vendor ends sessions after 120 minutes; a new connection made a little earlier is made between two turns. */
const GO_AWAY_AFTER_MS = 115 * 60_000;
const TIME_LEFT_MS = 5 * 60_000;

/** Stands for the responses of the connection before this one, whose calls may still be answered. */
const EARLIER_CALLS = 'earlier';

const NOTHING: CodecOutput = { events: [], frames: [] };

/** Translation for one connection to the xAI Grok Voice Agent API. */
export class XaiCodec implements AdapterCodec {
  readonly #config: SessionConfig;
  readonly #options: XaiOptions;
  readonly #inputSampleRateHz: number;
  readonly #functionNames: ReadonlySet<string>;
  readonly #opening: XaiOpening;
  readonly #audioDelta = createRealtimeAudioDeltaReader();
  readonly #turns: UserTurns;
  readonly #assistant = new AssistantOutput();
  readonly #responses = this.#assistant.responses;
  readonly #requests = new ResponseRequests(this.#assistant);
  readonly #watch = new ResponseWatch();
  readonly #tools = new ToolRounds();
  readonly #serverTools = new ServerTools();
  readonly #typed = new TypedAcknowledgements();
  readonly #openingLine = new OpeningLine();
  /** Commits of ours that are not confirmed, oldest first. */
  readonly #unconfirmedCommits: string[] = [];
  #commitCount = 0;
  #uncommittedBytes = 0;
  /** The last response that was given up for its silence: a call of it may still come. */
  #givenUpId: string | undefined;
  /** Responses that ended without a count of their tokens. */
  readonly #uncounted = new Set<string>();
  #goAwayAtMs: number | undefined;
  #hasFailed = false;

  constructor(config: SessionConfig, options: XaiOptions) {
    this.#config = config;
    this.#options = options;
    this.#inputSampleRateHz = xaiAudio(config).inputSampleRateHz;
    this.#functionNames = new Set(config.tools.map(({ name }) => name));
    this.#opening = new XaiOpening(config, options);
    this.#turns = new UserTurns(config.turnDetection);
  }

  hello(nowMs: number): CodecOutput {
    this.#goAwayAtMs = nowMs + GO_AWAY_AFTER_MS;
    return { events: [], frames: [JSON.stringify(buildSessionUpdate(this.#config, this.#options))] };
  }

  decode(frame: ProviderFrame, nowMs: number): CodecOutput {
    if (this.#audioDelta.read(frame)) return this.#audioFrame(frame, nowMs);
    const read = readServerEvent(frame, SERVER_EVENTS);
    if (read.type === 'ignored') return NOTHING;
    if (read.type === 'raw') return { events: [read.raw], frames: [] };
    const draft: CodecDraft = { events: [], frames: [] };
    if (this.#opening.isReady) this.#receive(read.event, draft, nowMs);
    else this.#receiveOpening(read.event, draft, nowMs);
    return draft;
  }

  appendAudio(pcm: Uint8Array): readonly ProviderFrame[] {
    this.#uncommittedBytes += pcm.byteLength;
    return [appendAudioMessage(pcm)];
  }

  encode(command: SessionCommand, nowMs: number): CommandOutput {
    const draft: CodecDraft = { events: [], frames: [] };
    this.#send(command, draft, nowMs);
    return { type: 'ok', ...draft };
  }

  get wakeAtMs(): number | undefined {
    const { deadlineMs: openingLineMs } = this.#openingLine;
    return earliest(this.#requests.deadlineMs, this.#watch.deadlineMs, openingLineMs, this.#goAwayMs);
  }

  wake(nowMs: number): CodecOutput {
    const draft: CodecDraft = { events: [], frames: [] };
    this.#requests.step({ type: 'tick' }, draft, nowMs);
    if (isDue(this.#watch.deadlineMs, nowMs)) this.#giveUp(draft, nowMs);
    if (isDue(this.#openingLine.deadlineMs, nowMs)) this.#openingLineMissing(draft, nowMs);
    if (isDue(this.#goAwayMs, nowMs)) {
      this.#goAwayAtMs = undefined;
      draft.events.push({ type: 'go-away', timeLeftMs: TIME_LEFT_MS });
    }
    return draft;
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    const draft: CodecDraft = { events: [], frames: [] };
    this.#turns.end(draft);
    this.#serverTools.allEnded('failed', draft);
    for (const responseId of this.#responses.openIds) this.#end(responseId, FAILED_BY_CLOSE, draft);
    this.#fail(xaiConnectionError(end, this.#opening.isReady), draft);
    this.#requests.close();
    this.#openingLine.said();
    this.#goAwayAtMs = undefined;
    return draft.events;
  }

  get #goAwayMs(): number | undefined {
    return this.#opening.isReady ? this.#goAwayAtMs : undefined;
  }

  /** The hot path: hundreds of these arrive per second of speech of all sessions together. */
  #audioFrame(frame: ProviderFrame, nowMs: number): CodecOutput {
    const { responseId, itemId } = this.#audioDelta;
    if (!this.#responses.isHeard(responseId) || this.#turns.isAnswerAwaited || this.#serverTools.isRunning) {
      const draft: CodecDraft = { events: [], frames: [] };
      if (!this.#speaks(responseId, draft, nowMs)) return NOTHING;
      const first = this.#assistant.audio(responseId, itemId, this.#audioDelta.audio(frame));
      if (first !== undefined) draft.events.push(first);
      return draft;
    }
    this.#watch.heard(nowMs);
    const event = this.#assistant.audio(responseId, itemId, this.#audioDelta.audio(frame));
    return event === undefined ? NOTHING : { events: [event], frames: [] };
  }

  /** Until the session is ready the vendor greets, replays an earlier conversation, or refuses. */
  #receiveOpening(event: XaiServerEvent, draft: CodecDraft, nowMs: number): void {
    switch (event.type) {
      case 'session.created':
        this.#opening.sessionCreated(event.session ?? {});
        return;
      case 'conversation.created':
        this.#opening.conversationCreated(event.conversation.id);
        return;
      case 'conversation.item.added':
        this.#opening.itemReplayed();
        return;
      case 'session.updated':
        draft.events.push(...this.#opening.sessionUpdated(event.session ?? {}));
        return this.#begin(draft, nowMs);
      case 'error': {
        const error = readXaiError(event);
        // A refused configuration is no configuration: there is no session to speak of.
        const isRace = kindOfError(error) !== 'other' && kindOfError(error) !== 'internal';
        if (!isRace) this.#fail({ ...xaiError(error), fatal: true }, draft);
        return;
      }
      default:
        return;
    }
  }

  /** What the vendor says. */
  #receive(event: XaiServerEvent, draft: CodecDraft, nowMs: number): void {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        return;
      case 'conversation.created':
        draft.events.push(...this.#opening.conversationCreated(event.conversation.id));
        return;

      case 'input_audio_buffer.speech_started':
        return this.#speechStarted(event.item_id, event.audio_start_ms, draft, nowMs);
      case 'input_audio_buffer.speech_stopped':
        this.#turns.speechStopped(event.item_id, event.audio_end_ms, draft);
        return this.#requests.step({ type: 'release' }, draft, nowMs);
      case 'input_audio_buffer.committed':
        return this.#committed(event.item_id, draft, nowMs);
      case 'input_audio_buffer.cleared':
        this.#turns.cleared(draft);
        return this.#requests.step({ type: 'release' }, draft, nowMs);

      case 'conversation.item.added':
        return this.#itemAdded(event.item, draft, nowMs);
      case 'conversation.item.input_audio_transcription.updated':
        return this.#turns.transcript(event.item_id, event.transcript ?? '', false, draft);
      case 'conversation.item.input_audio_transcription.completed':
        return this.#turns.transcript(event.item_id, event.transcript ?? '', event.status !== 'in_progress', draft);

      case 'response.created':
        return this.#started(event.response.id, event.response.metadata?.['client_event_id'], draft, nowMs);
      case 'response.content_part.added':
        if (event.part?.type === 'audio') this.#assistant.audioPartAdded(event.item_id, event.content_index ?? 0);
        return;
      case 'response.output_audio.delta': {
        if (!this.#speaks(event.response_id, draft, nowMs)) return;
        const audio = this.#assistant.audio(event.response_id, event.item_id, decodeBase64(event.delta));
        if (audio !== undefined) draft.events.push(audio);
        return;
      }
      case 'response.output_audio_transcript.delta':
      case 'response.output_text.delta':
        if (this.#speaks(event.response_id, draft, nowMs)) this.#assistant.words(event, event.delta ?? '', draft);
        return;
      case 'response.output_audio_transcript.done':
        if (event.transcript !== undefined) this.#assistant.finalWords(event, event.transcript, draft);
        return;
      case 'response.output_text.done':
        if (event.text !== undefined) this.#assistant.finalWords(event, event.text, draft);
        return;

      case 'response.output_item.added':
        if (event.item.type === 'mcp_call' && event.item.id !== undefined && event.item.name !== undefined) {
          this.#serverTools.named(event.item.id, event.item.name);
        }
        return this.#watch.heard(nowMs);
      case 'response.output_item.done':
        this.#watch.itemDone(nowMs);
        return this.#itemDone(event.response_id, event.item, draft);
      case 'response.function_call_arguments.done':
        this.#watch.heard(nowMs);
        return this.#called(event.response_id, event.call_id, event.name, event.arguments, draft);
      case 'response.mcp_call.in_progress':
        this.#watch.heard(nowMs);
        return this.#serverTools.started(event.item_id, undefined, draft);
      case 'response.mcp_call.completed':
        return this.#serverTools.ended(event.item_id, 'completed', draft);
      case 'response.mcp_call.failed':
        return this.#serverTools.ended(event.item_id, 'failed', draft);

      case 'response.done':
        return this.#responseDone(event, draft, nowMs);
      case 'response.cancelled': {
        const responseId = event.response_id ?? this.#responses.runningId;
        if (responseId !== undefined) this.#over(responseId, { status: 'cancelled' }, draft, nowMs);
        return;
      }
      case 'error':
        return this.#error(event, draft, nowMs);
    }
  }

  /** What the gateway asks. */
  #send(command: SessionCommand, draft: CodecDraft, nowMs: number): void {
    switch (command.type) {
      case 'audio-commit':
        return this.#config.turnDetection === 'manual' ? this.#commit(draft, nowMs) : this.#endTurnBySilence(draft);
      case 'audio-clear':
        this.#uncommittedBytes = 0;
        return push(draft, { type: 'input_audio_buffer.clear' });
      case 'text-append': {
        const content = [{ type: 'input_text' as const, text: command.text }];
        push(draft, { type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
        return this.#ask([this.#typed.sent()], draft, nowMs);
      }
      case 'response-cancel':
        this.#responses.mute(command.responseId);
        if (this.#responses.isOpen(command.responseId)) this.#watch.cut('client_cancelled', nowMs);
        return this.#requests.step({ type: 'cancel', responseId: command.responseId }, draft, nowMs);
      case 'response-truncate':
        return this.#truncate(command, draft);
      case 'tool-result': {
        const { callId, output } = command;
        const item = { type: 'function_call_output', call_id: callId, output } as const;
        push(draft, { type: 'conversation.item.create', item });
        const answered = this.#tools.answered(callId);
        if (answered !== undefined) this.#ask(answered, draft, nowMs);
        return;
      }
    }
  }

  /** Takes up a conversation where the vendor kept it, retells it where not, or opens a new one. */
  #begin(draft: CodecDraft, nowMs: number): void {
    const { continuation, firstMessage } = this.#config;
    if (continuation !== undefined) {
      const history = this.#opening.isResumed ? [] : continuation.history;
      for (const item of historyItems(history, { assistantPart: 'text', callIdOf: (callId) => callId })) {
        push(draft, { type: 'conversation.item.create', item });
      }
      for (const callId of openHistoryCalls(continuation.history)) this.#tools.called(EARLIER_CALLS, callId);
      this.#tools.responseOver(EARLIER_CALLS);
      return;
    }
    if (firstMessage === undefined) return;
    push(draft, {
      type: 'conversation.item.create',
      item: {
        type: 'force_message',
        role: 'assistant',
        interruptible: true,
        content: [{ type: 'output_text', text: firstMessage }],
      },
    });
    this.#openingLine.sent(nowMs);
    this.#requests.step({ type: 'hold' }, draft, nowMs);
  }

  #speechStarted(itemId: string, audioStartMs: number | undefined, draft: CodecDraft, nowMs: number): void {
    const { openIds } = this.#responses;
    const speaksUp = openIds.some((responseId) => this.#responses.isHeard(responseId));
    if (!this.#turns.speechStarted(itemId, audioStartMs, speaksUp, draft)) return;
    // The vendor drops what it is saying; what is still on its way must not be heard.
    for (const responseId of openIds) this.#responses.mute(responseId);
    this.#watch.cut('turn_detected', nowMs);
    this.#requests.step({ type: 'hold' }, draft, nowMs);
  }

  #commit(draft: CodecDraft, nowMs: number): void {
    const missingBytes = pcmByteLength(MIN_COMMIT_MS, this.#inputSampleRateHz) - this.#uncommittedBytes;
    if (this.#uncommittedBytes === 0) return;
    if (missingBytes > 0) draft.frames.push(appendAudioMessage(new Uint8Array(missingBytes)));
    this.#uncommittedBytes = 0;
    this.#commitCount += 1;
    const eventId = `commit-${this.#commitCount}`;
    this.#unconfirmedCommits.push(eventId);
    push(draft, { type: 'input_audio_buffer.commit', event_id: eventId });
    this.#ask([eventId], draft, nowMs);
  }

  /** Under its own turn detection the vendor takes no commit; the silence it waits for ends the turn as well. */
  #endTurnBySilence(draft: CodecDraft): void {
    if (this.#uncommittedBytes === 0) return;
    this.#uncommittedBytes = 0;
    const frame = appendAudioMessage(silence(SILENCE_FRAME_MS, this.#inputSampleRateHz));
    const silenceMs = this.#options.turnDetection.silenceDurationMs + SILENCE_MARGIN_MS;
    for (let sentMs = 0; sentMs < silenceMs; sentMs += SILENCE_FRAME_MS) draft.frames.push(frame);
  }

  #committed(itemId: string, draft: CodecDraft, nowMs: number): void {
    this.#turns.committed(itemId, draft);
    if (this.#config.turnDetection === 'auto') this.#uncommittedBytes = 0;
    const eventId = this.#unconfirmedCommits.shift();
    if (eventId !== undefined) this.#requests.step({ type: 'acknowledge', id: eventId }, draft, nowMs);
    this.#requests.step({ type: 'release' }, draft, nowMs);
  }

  #itemAdded(item: WireItem, draft: CodecDraft, nowMs: number): void {
    if (item.replayed === true) return;
    const [part] = item.content ?? [];
    if (item.type === 'function_call_output' && item.call_id !== undefined) {
      this.#requests.step({ type: 'acknowledge', id: item.call_id }, draft, nowMs);
    } else if (item.type === 'message' && item.role === 'user' && part?.type === 'input_text') {
      const id = this.#typed.acknowledged();
      if (id !== undefined) this.#requests.step({ type: 'acknowledge', id }, draft, nowMs);
    } else if (item.role === 'user' && item.id !== undefined && part?.transcript !== undefined) {
      if (part.transcript !== '') this.#turns.transcript(item.id, part.transcript, item.status === 'completed', draft);
    }
  }

  #started(responseId: string, mark: unknown, draft: CodecDraft, nowMs: number): void {
    if (this.#responses.isOpen(responseId) || this.#responses.isOver(responseId)) return;
    const earlierIds = this.#responses.openIds;
    const answered: string[] = [];
    // The vendor opens a response at every commit and drops the ones that are talked over, without a word.
    for (const earlierId of earlierIds) {
      this.#end(earlierId, { status: 'cancelled', reason: 'superseded' }, draft);
      answered.push(...(this.#tools.responseOver(earlierId) ?? []));
    }
    const eventId = typeof mark === 'string' ? mark : undefined;
    this.#requests.step({ type: 'created', responseId, eventId }, draft, nowMs);
    this.#assistant.start(responseId, draft);
    if (this.#responses.isOpen(responseId)) this.#watch.started(nowMs);
    // The words of the opening line answer nobody: what was asked meanwhile is still to be answered.
    const lineId = eventId === undefined ? this.#openingLine.said() : undefined;
    if (lineId !== undefined) this.#requests.step({ type: 'acknowledge', id: lineId }, draft, nowMs);
    if (answered.length > 0) this.#ask(answered, draft, nowMs);
  }

  /** A response says something. Returns whether it is to be heard. */
  #speaks(responseId: string, draft: CodecDraft, nowMs: number): boolean {
    if (!this.#opening.isReady) return false;
    if (!this.#responses.isHeard(responseId)) {
      if (this.#responses.isOpen(responseId)) return false;
      this.#started(responseId, undefined, draft, nowMs);
      if (!this.#responses.isHeard(responseId)) return false;
    }
    this.#watch.heard(nowMs);
    this.#turns.answered(draft);
    this.#serverTools.allEnded('completed', draft);
    return true;
  }

  /** The vendor repeats its calls as items, and repeats tools of its own as calls. */
  #itemDone(responseId: string | undefined, item: WireItem, draft: CodecDraft): void {
    if (item.type !== 'function_call' || item.status === 'incomplete') return;
    if (item.call_id === undefined || item.name === undefined || item.arguments === undefined) return;
    this.#called(responseId, item.call_id, item.name, item.arguments, draft);
  }

  #called(
    givenResponseId: string | undefined,
    callId: string,
    name: string,
    args: string | undefined,
    draft: CodecDraft,
  ): void {
    const responseId = givenResponseId ?? this.#responses.runningId ?? this.#givenUpId;
    if (responseId === undefined) return;
    const isOpen = this.#responses.isOpen(responseId);
    if (!isOpen && responseId !== this.#givenUpId) return;
    if (!this.#functionNames.has(name)) return this.#serverTools.started(callId, name, draft);
    if (!this.#tools.called(responseId, callId)) return;
    draft.events.push({
      type: 'tool-call',
      callId,
      name,
      arguments: args ?? '',
      ...(isOpen ? { responseId } : {}),
    });
    if (!isOpen) this.#tools.responseOver(responseId);
  }

  #responseDone(event: ResponseDone, draft: CodecDraft, nowMs: number): void {
    const { response } = event;
    const responseId = response.id ?? event.response_id ?? this.#responses.runningId;
    if (responseId === undefined) return;
    for (const item of response.output ?? []) this.#itemDone(responseId, item, draft);
    // The vendor counts at the top; what stands inside the response is an empty object.
    const usage = readRealtimeUsage(event.usage) ?? readRealtimeUsage(response.usage);
    const details = response.status_details === 'unimplemented' ? undefined : response.status_details;
    const { error, ...end } = readResponseEnd(response.status, details);
    const reason = end.reason ?? (end.status === 'cancelled' && this.#watch.isCut ? this.#watch.cause : undefined);
    const outcome = { ...end, ...(reason === undefined ? {} : { reason }), ...(usage === undefined ? {} : { usage }) };
    if (usage !== undefined && this.#isUsageLate(responseId)) {
      draft.events.push({ type: 'usage-report', responseId, usage });
    }
    this.#over(responseId, outcome, draft, nowMs);
    if (error !== undefined) this.#fail(xaiError(error), draft);
  }

  /** Whether the response ended here before the vendor counted it, or was never announced. A repeated count is none. */
  #isUsageLate(responseId: string): boolean {
    if (this.#responses.isOpen(responseId)) return false;
    return this.#uncounted.delete(responseId) || !this.#responses.isOver(responseId);
  }

  /** The running response said nothing for too long. */
  #giveUp(draft: CodecDraft, nowMs: number): void {
    const responseId = this.#responses.runningId;
    const { cause } = this.#watch;
    this.#watch.ended();
    if (responseId === undefined) return;
    if (!this.#watch.isCut) this.#givenUpId = responseId;
    this.#over(responseId, outcomeOf(cause), draft, nowMs);
  }

  #over(responseId: string, outcome: Outcome, draft: CodecDraft, nowMs: number): void {
    this.#end(responseId, outcome, draft);
    this.#requests.step({ type: 'done', responseId }, draft, nowMs);
    const answered = this.#tools.responseOver(responseId);
    if (answered !== undefined) this.#ask(answered, draft, nowMs);
  }

  #end(responseId: string, outcome: Outcome, draft: CodecDraft): void {
    if (!this.#assistant.end(responseId)) return;
    this.#watch.ended();
    if (outcome.usage === undefined) this.#uncounted.add(responseId);
    this.#serverTools.allEnded(outcome.status === 'completed' ? 'completed' : 'failed', draft);
    draft.events.push({ type: 'response-end', responseId, ...outcome });
  }

  #truncate({ items }: ResponseTruncateCommand, draft: CodecDraft): void {
    for (const cut of planTruncation(items)) {
      if (cut.type === 'delete') {
        push(draft, { type: 'conversation.item.delete', item_id: cut.itemId });
      } else {
        push(draft, {
          type: 'conversation.item.truncate',
          item_id: cut.itemId,
          content_index: this.#assistant.audioIndexOf(cut.itemId),
          audio_end_ms: cut.audioEndMs,
        });
      }
    }
  }

  #error(event: Readonly<Record<string, unknown>>, draft: CodecDraft, nowMs: number): void {
    const error = readXaiError(event);
    const kind = kindOfError(error);
    if (kind === 'nothing-to-cancel') this.#requests.step({ type: 'cancel-refused' }, draft, nowMs);
    // The vendor is said to name the offender and was not seen to: a busy one can only have refused our request.
    const isAboutRequest = kind === 'busy' || kind === 'internal';
    const eventId = error.eventId ?? (isAboutRequest ? this.#requests.sentEventId : undefined);
    if (kind === 'internal') {
      for (const responseId of this.#responses.openIds) {
        this.#over(responseId, { status: 'failed', reason: 'internal_error' }, draft, nowMs);
      }
    }
    if (eventId !== undefined) {
      const reason = kind === 'busy' ? 'busy' : kind === 'internal' ? 'failed' : 'invalid';
      this.#requests.step({ type: 'refused', eventId, reason }, draft, nowMs);
    }
    if (kind === 'internal' || kind === 'other') this.#fail(xaiError(error), draft);
  }

  #openingLineMissing(draft: CodecDraft, nowMs: number): void {
    const lineId = this.#openingLine.said();
    if (lineId !== undefined) this.#requests.step({ type: 'acknowledge', id: lineId }, draft, nowMs);
    this.#requests.step({ type: 'release' }, draft, nowMs);
    const message = 'The provider did not begin the first message within 10 seconds.';
    this.#fail({ type: 'provider-error', code: 'PROVIDER_ERROR', message, fatal: false, retryable: true }, draft);
  }

  #ask(unacknowledged: readonly string[], draft: CodecDraft, nowMs: number): void {
    this.#requests.ask([...unacknowledged, ...this.#openingLine.pendingIds], draft, nowMs);
  }

  /** Reports an error; after a fatal one there is nothing more to say. */
  #fail(error: ProviderErrorEvent, draft: CodecDraft): void {
    if (this.#hasFailed) return;
    this.#hasFailed = error.fatal;
    draft.events.push({ ...error, message: error.message.replaceAll(this.#options.apiKey, '[key]') });
  }
}

type ResponseDone = Extract<XaiServerEvent, { type: 'response.done' }>;
type Outcome = Pick<ResponseEndEvent, 'status' | 'reason' | 'usage'>;

const FAILED_BY_CLOSE: Outcome = { status: 'failed', reason: 'connection_closed' };

function outcomeOf(cause: ResponseWatch['cause']): Outcome {
  if (cause === 'item-done') return { status: 'completed' };
  return cause === 'silence'
    ? { status: 'incomplete', reason: 'no_response_done' }
    : { status: 'cancelled', reason: cause };
}

function push(draft: CodecDraft, event: XaiClientEvent): void {
  pushMessage<XaiClientEvent>(draft, event);
}

function earliest(...timesMs: readonly (number | undefined)[]): number | undefined {
  let first: number | undefined;
  for (const timeMs of timesMs) if (timeMs !== undefined && (first === undefined || timeMs < first)) first = timeMs;
  return first;
}

function isDue(timeMs: number | undefined, nowMs: number): boolean {
  return timeMs !== undefined && timeMs <= nowMs;
}
