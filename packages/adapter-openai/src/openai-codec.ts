import type {
  AdapterCodec,
  CodecOutput,
  CommandOutput,
  ConnectionEnd,
  ProviderErrorEvent,
  ProviderFrame,
  ResponseTruncateCommand,
  SessionCommand,
  SessionConfig,
  SessionEvent,
} from '@speko/adapter';
import {
  appendAudioMessage,
  AssistantOutput,
  boundText,
  type CallSource,
  type CodecDraft,
  createIdMinter,
  createRealtimeAudioDeltaReader,
  type DialectError,
  idText,
  type PiecePlace,
  planTruncation,
  pushMessage,
  readDialectError,
  readRealtimeAudio,
  readRealtimeUsage,
  readResponseEnd,
  readServerEvent,
  RecentIds,
  ResponseRequests,
  shortenText,
  ToolCalls,
  type ToldCall,
} from '@speko/adapter-kit';
import { silence } from '@speko/audio';
import { InputTurns } from './input-turns.ts';
import type { OpenAIClientEvent } from './openai-client-events.ts';
import { OPENAI_SAMPLE_RATE_HZ } from './openai-dial-plan.ts';
import { isHarmless, openAIConnectionError, openAIError } from './openai-errors.ts';
import { OpenAIOpening } from './openai-opening.ts';
import type { OpenAIOptions } from './openai-options.ts';
import type { OpenAIDialect } from './openai-session.ts';
import { IGNORED_SERVER_EVENTS, type OpenAIServerEvent, serverEventSchema, type WireItem } from './openai-wire.ts';
import { acceptedCallId, MAX_TEXT_CHARS, seedItems } from './seed-history.ts';
import { readTranscriptionUsage } from './transcription-usage.ts';

const SERVER_EVENTS = { schema: serverEventSchema, ignored: IGNORED_SERVER_EVENTS };

const MAX_EVENT_ID_CHARS = 100;
/** The vendor refuses to commit less. */
const MIN_COMMIT_MS = 100;
const BYTES_PER_MS = (OPENAI_SAMPLE_RATE_HZ * 2) / 1000;
const MIN_COMMIT_BYTES = MIN_COMMIT_MS * BYTES_PER_MS;

const NOTHING: CodecOutput = { events: [], frames: [] };

/** Translation for one connection to the OpenAI Realtime API or a server that speaks its dialect. */
export class OpenAICodec implements AdapterCodec {
  readonly #config: SessionConfig;
  readonly #opening: OpenAIOpening;
  readonly #audioDelta = createRealtimeAudioDeltaReader();
  readonly #input = new InputTurns();
  readonly #assistant = new AssistantOutput();
  readonly #responses = this.#assistant.responses;
  readonly #requests = new ResponseRequests(this.#assistant);
  readonly #tools: ToolCalls;
  readonly #mintItemId = createIdMinter('speko');
  readonly #committedTurns = new RecentIds();
  readonly #transcribedTurns = new RecentIds();
  #hasFailed = false;

  constructor(config: SessionConfig, options: OpenAIOptions) {
    this.#config = config;
    this.#opening = new OpenAIOpening(config, options);
    this.#tools = new ToolCalls(config.continuation?.history ?? [], sendOutput);
  }

  hello(nowMs: number): CodecOutput {
    return { events: [], frames: this.#opening.hello(nowMs) };
  }

  decode(frame: ProviderFrame, nowMs: number): CodecOutput {
    if (this.#audioDelta.read(frame)) return this.#audioFrame(frame, nowMs);
    const read = readServerEvent(frame, SERVER_EVENTS);
    if (read.type === 'ignored') return NOTHING;
    if (read.type === 'raw') return { events: [read.raw], frames: [] };
    const draft: CodecDraft = { events: [], frames: [] };
    this.#receive(read.event, draft, nowMs);
    return draft;
  }

  appendAudio(pcm: Uint8Array): readonly ProviderFrame[] {
    this.#input.appended(pcm.byteLength);
    return [appendAudioMessage(pcm)];
  }

  encode(command: SessionCommand, nowMs: number): CommandOutput {
    const draft: CodecDraft = { events: [], frames: [] };
    this.#send(command, draft, nowMs);
    return { type: 'ok', ...draft };
  }

  get wakeAtMs(): number | undefined {
    // Nothing is asked for before the session is configured.
    return this.#opening.deadlineMs ?? this.#requests.deadlineMs;
  }

  wake(nowMs: number): CodecOutput {
    const draft: CodecDraft = { events: [], frames: [...this.#opening.wake(nowMs)] };
    this.#requests.step({ type: 'tick' }, draft, nowMs);
    return draft;
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    const draft: CodecDraft = { events: [], frames: [] };
    this.#endSpeech(draft);
    for (const responseId of this.#responses.openIds) {
      this.#responses.end(responseId);
      draft.events.push({ type: 'response-end', responseId, status: 'failed', reason: 'connection_closed' });
    }
    this.#fail(openAIConnectionError(end), draft);
    this.#requests.close();
    this.#opening.close();
    return draft.events;
  }

  /** The hot path: hundreds of these arrive per second of speech of all sessions together. */
  #audioFrame(frame: ProviderFrame, nowMs: number): CodecOutput {
    const { responseId: wireId, itemId } = this.#audioDelta;
    const responseId = this.#assistant.names.idOf(wireId || undefined);
    if (responseId === undefined) return NOTHING;
    if (!this.#responses.isHeard(responseId)) {
      const draft: CodecDraft = { events: [], frames: [] };
      if (!this.#speaks(responseId, draft, nowMs)) return NOTHING;
      const first = this.#assistant.audio(responseId, itemId || undefined, this.#audioDelta.audio(frame));
      if (first !== undefined) draft.events.push(first);
      return draft;
    }
    const event = this.#assistant.audio(responseId, itemId || undefined, this.#audioDelta.audio(frame));
    return event === undefined ? NOTHING : { events: [event], frames: [] };
  }

  /** What the vendor says. */
  #receive(event: OpenAIServerEvent, draft: CodecDraft, nowMs: number): void {
    const { events } = draft;
    switch (event.type) {
      case 'session.created':
        draft.frames.push(...this.#opening.created(event.session ?? {}));
        return;
      case 'session.updated':
        return this.#sessionUpdated(event.session ?? {}, draft, nowMs);

      case 'input_audio_buffer.speech_started': {
        const { item_id: turnId, audio_start_ms: audioStartMs } = event;
        // Said once more, or late.
        if (this.#input.speakingTurnId === turnId || this.#committedTurns.has(turnId)) return;
        this.#endSpeech(draft);
        this.#input.speechStarted(turnId);
        // The vendor cancels what it is saying; what is still on its way must not be heard.
        for (const responseId of this.#responses.openIds) this.#responses.mute(responseId);
        this.#requests.step({ type: 'hold' }, draft, nowMs);
        events.push({ type: 'speech-start', turnId, ...(audioStartMs === undefined ? {} : { audioStartMs }) });
        return;
      }
      case 'input_audio_buffer.speech_stopped': {
        const { item_id: turnId, audio_end_ms: audioEndMs } = event;
        const isNews = this.#input.speakingTurnId === turnId;
        this.#input.speechStopped(turnId);
        if (isNews) events.push({ type: 'speech-end', turnId, ...(audioEndMs === undefined ? {} : { audioEndMs }) });
        this.#requests.step({ type: 'release' }, draft, nowMs);
        return;
      }
      case 'input_audio_buffer.committed':
        return this.#committed(event.item_id, draft, nowMs);
      case 'input_audio_buffer.cleared':
        this.#endSpeech(draft);
        this.#requests.step({ type: 'release' }, draft, nowMs);
        return;

      case 'conversation.item.added': {
        const { id: itemId, type, call_id: callId } = event.item;
        for (const id of [itemId, type === 'function_call_output' ? idText(callId) : undefined]) {
          if (id !== undefined) this.#requests.step({ type: 'acknowledge', id }, draft, nowMs);
        }
        return;
      }

      case 'conversation.item.input_audio_transcription.delta':
        if (event.delta === undefined || event.delta === '' || this.#transcribedTurns.has(event.item_id)) return;
        events.push({ type: 'transcript-delta', role: 'user', turnId: event.item_id, delta: event.delta });
        return;
      case 'conversation.item.input_audio_transcription.completed':
        return this.#transcribed(event.item_id, event.transcript, draft, event.usage);
      case 'conversation.item.input_audio_transcription.failed':
        this.#transcribed(event.item_id, undefined, draft);
        events.push({ type: 'provider-raw', name: event.type, raw: event });
        return;

      case 'response.created':
        return this.#responseCreated(event.response.id, event.response.metadata?.['client_event_id'], draft, nowMs);
      case 'response.output_item.added':
        if (event.item.type !== 'function_call') return this.#assistant.items.announced(event.item.id);
        return this.#tools.announced(event.item.id, event.item.call_id, event.item.name);
      case 'response.content_part.added':
        this.#assistant.items.announced(event.item_id);
        if (event.part?.type?.includes('audio') === true) {
          this.#assistant.audioPartAdded(event.item_id, event.content_index ?? 0);
        }
        return;
      case 'response.output_audio.delta': {
        const responseId = this.#assistant.names.idOf(event.response_id);
        if (responseId === undefined || !this.#speaks(responseId, draft, nowMs)) return;
        const audio = this.#assistant.audio(responseId, event.item_id, readRealtimeAudio(event.delta));
        if (audio !== undefined) events.push(audio);
        return;
      }
      case 'response.output_audio_transcript.delta':
      case 'response.output_text.delta': {
        const responseId = this.#assistant.names.idOf(event.response_id);
        if (responseId === undefined || !this.#speaks(responseId, draft, nowMs)) return;
        return this.#assistant.words(responseId, event, event.delta ?? '', draft);
      }
      case 'response.output_audio_transcript.done':
        return this.#finalWords(event, event.transcript, draft, nowMs);
      case 'response.output_text.done':
        return this.#finalWords(event, event.text, draft, nowMs);

      case 'response.function_call_arguments.done':
        return this.#argumentsDone(event, draft, nowMs);
      case 'response.output_item.done':
        return this.#itemDone(event.response_id, event.item, draft, nowMs);
      case 'response.done':
        return this.#responseDone(event.response, draft, nowMs);
      case 'error':
        return this.#error(event.error, draft, nowMs);
    }
  }

  /** What the gateway asks. */
  #send(command: SessionCommand, draft: CodecDraft, nowMs: number): void {
    switch (command.type) {
      case 'audio-commit':
        return this.#commit(draft, nowMs);
      case 'audio-clear':
        this.#input.cleared();
        push(draft, { type: 'input_audio_buffer.clear' });
        return;
      case 'text-append': {
        const id = this.#mintItemId();
        this.#tools.userSpoke();
        const { text, events } = shortenText(command.text, MAX_TEXT_CHARS, 'The typed text');
        draft.events.push(...events);
        push(draft, {
          type: 'conversation.item.create',
          event_id: `item-${id}`,
          item: { type: 'message', id, role: 'user', content: [{ type: 'input_text', text }] },
        });
        this.#requests.ask([id], draft, nowMs);
        return;
      }
      case 'response-cancel':
        this.#responses.mute(command.responseId);
        this.#requests.step({ type: 'cancel', responseId: command.responseId }, draft, nowMs);
        return;
      case 'response-truncate':
        return this.#truncate(command, draft);
      case 'tool-result': {
        const about = `The result of tool call ${JSON.stringify(command.callId)}`;
        const { text: output, events } = shortenText(command.output, MAX_TEXT_CHARS, about);
        draft.events.push(...events);
        sendOutput(this.#tools.wireIdOf(command.callId) ?? acceptedCallId(command.callId), output, draft);
        return this.#goOn(this.#tools.answered(command.callId), draft, nowMs);
      }
    }
  }

  #sessionUpdated(session: Record<string, unknown>, draft: CodecDraft, nowMs: number): void {
    const outcome = this.#opening.updated(session);
    if (outcome.type === 'failed') this.#fail(outcome.error, draft);
    if (outcome.type !== 'ready') return;
    draft.events.push(outcome.event);
    this.#begin(outcome.dialect, draft, nowMs);
  }

  /** Retells the conversation so far, or opens a new one with the first message. */
  #begin(dialect: OpenAIDialect, draft: CodecDraft, nowMs: number): void {
    const { continuation, firstMessage } = this.#config;
    for (const [index, item] of seedItems(continuation?.history ?? [], dialect).entries()) {
      push(draft, { type: 'conversation.item.create', event_id: `seed-${index + 1}`, item });
    }
    this.#tools.takeOver(continuation?.history ?? [], acceptedCallId);
    if (continuation !== undefined || firstMessage === undefined) return;
    const instructions = `Say exactly the following to the user, word for word, and nothing else: ${JSON.stringify(firstMessage)}`;
    this.#requests.step({ type: 'request', request: { instructions, unacknowledged: [] } }, draft, nowMs);
  }

  #commit(draft: CodecDraft, nowMs: number): void {
    const isManual = this.#config.turnDetection === 'manual';
    const { runningId: runningResponseId } = this.#responses;
    if (!isManual && !this.#input.endsTurn(runningResponseId !== undefined)) return;
    const { uncommittedBytes } = this.#input;
    if (uncommittedBytes === 0 || (!isManual && uncommittedBytes < MIN_COMMIT_BYTES)) return;
    if (uncommittedBytes < MIN_COMMIT_BYTES) {
      const missingMs = (MIN_COMMIT_BYTES - uncommittedBytes) / BYTES_PER_MS;
      draft.frames.push(...this.appendAudio(silence(missingMs, OPENAI_SAMPLE_RATE_HZ)));
    }
    const isAnswered = this.#responses.openIds.some((id) => this.#responses.isHeard(id));
    const { eventId } = this.#input.commit({ runningResponseId, isAnswered });
    push(draft, { type: 'input_audio_buffer.commit', event_id: eventId });
    // With the vendor's own turn detection it is not known yet who commits first, and so who asks for the answer.
    if (isManual) this.#requests.ask([eventId], draft, nowMs);
  }

  #committed(turnId: string, draft: CodecDraft, nowMs: number): void {
    if (this.#committedTurns.has(turnId)) return;
    this.#committedTurns.add(turnId);
    this.#tools.userSpoke();
    const ours = this.#input.committed(turnId);
    if (this.#input.speakingTurnId === turnId) this.#endSpeech(draft);
    draft.events.push({ type: 'input-commit', turnId });
    this.#requests.step({ type: 'release' }, draft, nowMs);
    if (ours === undefined) return;
    if (this.#config.turnDetection === 'manual') {
      this.#requests.step({ type: 'acknowledge', id: ours.eventId }, draft, nowMs);
      return;
    }
    if (ours.isAnswered) return;
    // A response that began since we asked is the vendor's own answer to this turn.
    const running = this.#responses.runningId;
    if (running !== undefined && running !== ours.runningResponseId) return;
    this.#requests.ask([], draft, nowMs);
  }

  #responseCreated(wireId: string | undefined, mark: unknown, draft: CodecDraft, nowMs: number): void {
    const { names } = this.#assistant;
    const { responseId, isUsedAgain } = names.announced(wireId);
    // Where an answer is owed, it is that one. Otherwise the vendor may only have said something twice.
    if (isUsedAgain && this.#requests.sentEventId === undefined) return names.wait(responseId, mark);
    this.#responseBegins(responseId, mark, draft, nowMs);
  }

  #responseBegins(responseId: string, mark: unknown, draft: CodecDraft, nowMs: number): void {
    const known = mark ?? this.#assistant.names.begun(responseId);
    const eventId = typeof known === 'string' ? known : undefined;
    this.#requests.step({ type: 'created', responseId, eventId }, draft, nowMs);
    this.#assistant.start(responseId, draft);
  }

  /** A response says something, which begins one that was never announced. Returns whether it is to be heard. */
  #speaks(responseId: string, draft: CodecDraft, nowMs: number): boolean {
    if (!this.#responses.isOpen(responseId) && !this.#responses.isOver(responseId)) {
      this.#responseBegins(responseId, undefined, draft, nowMs);
    }
    return this.#responses.isHeard(responseId);
  }

  #finalWords(place: PiecePlace, text: string | undefined, draft: CodecDraft, nowMs: number): void {
    const responseId = this.#assistant.names.idOf(place.response_id);
    if (text === undefined || responseId === undefined || !this.#speaks(responseId, draft, nowMs)) return;
    this.#assistant.finalWords(responseId, place, text, draft);
  }

  /** Comes for interrupted calls, too: only the end of the response, or the item, tells whether it was written whole. */
  #argumentsDone(event: ArgumentsDone, draft: CodecDraft, nowMs: number): void {
    const { item_id: itemId, call_id: callId, name, arguments: args } = event;
    this.#toolTold(event.response_id, { source: 'arguments', itemId, callId, name, arguments: args }, draft, nowMs);
  }

  /** Calls of an interrupted response come through too: only a completed one was written to its end. */
  #itemDone(
    wireId: string | undefined,
    item: WireItem,
    draft: CodecDraft,
    nowMs: number,
    source: CallSource = 'item',
  ): void {
    if (item.type !== 'function_call') return;
    const { id: itemId, call_id: callId, name, arguments: args } = item;
    if (item.status === 'incomplete' || item.status === 'cancelled') {
      const responseId = this.#assistant.names.idOf(wireId);
      if (responseId !== undefined) this.#tools.brokenOff({ responseId, itemId, callId });
      return;
    }
    const told = { source, itemId, callId, name, arguments: args };
    this.#toolTold(wireId, told, draft, nowMs, item.status === 'completed');
  }

  #toolTold(
    wireId: string | undefined,
    call: Omit<ToldCall, 'responseId'>,
    draft: CodecDraft,
    nowMs: number,
    isComplete = false,
  ): void {
    // A call without the id of its response that comes when none runs is the rest of the one before.
    const responseId = this.#assistant.names.idOf(wireId) ?? this.#responses.lastDoneId;
    if (responseId === undefined || this.#responses.isExcluded(responseId)) return;
    const isOver = this.#responses.isOver(responseId);
    // Never announced: the place it takes must be known too, or the answer to its calls would wait for another response.
    if (!isOver && !this.#responses.isOpen(responseId)) this.#responseBegins(responseId, undefined, draft, nowMs);
    const told = { ...call, responseId };
    if (!isOver && !isComplete) return this.#tools.hold(told);
    this.#goOn(this.#tools.told(told, this.#responses.isOpen(responseId), draft), draft, nowMs);
    if (isOver) this.#goOn(this.#tools.responseOver(responseId), draft, nowMs);
  }

  /** Asks the model to go on after the results of a round. */
  #goOn(answered: readonly string[] | undefined, draft: CodecDraft, nowMs: number): void {
    if (answered !== undefined) this.#requests.ask(answered, draft, nowMs);
  }

  #responseDone(response: ResponseDone, draft: CodecDraft, nowMs: number): void {
    const responseId = this.#assistant.names.idOf(response.id);
    if (responseId === undefined) return;
    const usage = readRealtimeUsage(response.usage);
    const { error, ...end } = readResponseEnd(response.status, response.status_details);
    const isCompleted = end.status === 'completed';
    for (const item of response.output ?? []) {
      // Some servers give items no status; in a completed response they are.
      const status = item?.status ?? (isCompleted ? 'completed' : undefined);
      if (item !== undefined) this.#itemDone(response.id, { ...item, status }, draft, nowMs, 'output');
    }
    const isNews = this.#responses.done(responseId);
    const isCounted = usage !== undefined && this.#responses.counts(responseId);
    // An answer that was broken off before its first word is told as well.
    if (isNews && end.status === 'incomplete') this.#speaks(responseId, draft, nowMs);
    this.#tools.settle(responseId, isCompleted, this.#responses.isOpen(responseId), draft);
    if (this.#assistant.end(responseId)) {
      draft.events.push({ type: 'response-end', responseId, ...end, ...(isCounted ? { usage } : {}) });
    } else if (isCounted) {
      draft.events.push({ type: 'usage-report', responseId, usage });
    }
    if (!isNews) return;
    if (error !== undefined) this.#fail(openAIError(error), draft);
    this.#requests.step({ type: 'done', responseId }, draft, nowMs);
    this.#goOn(this.#tools.responseOver(responseId), draft, nowMs);
  }

  #transcribed(turnId: string, text: string | undefined, draft: CodecDraft, wireUsage?: unknown): void {
    if (this.#transcribedTurns.has(turnId)) return;
    this.#transcribedTurns.add(turnId);
    const usage = readTranscriptionUsage(wireUsage);
    if (usage !== undefined) draft.events.push({ type: 'usage-report', purpose: 'transcription', usage });
    draft.events.push({ type: 'transcript-end', role: 'user', turnId, ...(text === undefined ? {} : { text }) });
  }

  #truncate({ items }: ResponseTruncateCommand, draft: CodecDraft): void {
    for (const cut of planTruncation(items)) {
      const itemId = this.#assistant.items.wireIdOf(cut.itemId);
      if (itemId === undefined) continue;
      if (cut.type === 'delete') {
        push(draft, { type: 'conversation.item.delete', item_id: itemId });
      } else {
        push(draft, {
          type: 'conversation.item.truncate',
          item_id: itemId,
          content_index: this.#assistant.audioIndexOf(itemId),
          audio_end_ms: cut.audioEndMs,
        });
      }
    }
  }

  #error(value: unknown, draft: CodecDraft, nowMs: number): void {
    const error = readDialectError(value);
    if (!this.#opening.isReady) return this.#refusedAtOpening(error, draft);
    const { eventId } = error;
    const isBusy = error.code === 'conversation_already_has_active_response';
    if (error.code === 'response_cancel_not_active') this.#requests.step({ type: 'cancel-refused' }, draft, nowMs);
    if (error.code === 'input_audio_buffer_commit_empty') this.#input.refused(eventId);
    // Only one request is on its way at a time, so a refusal for a running response is of that one even without an id.
    if (eventId !== undefined || isBusy) {
      const reason = isBusy ? 'busy' : error.type === 'server_error' ? 'failed' : 'invalid';
      this.#requests.step({ type: 'refused', eventId, reason }, draft, nowMs);
    }
    if (!isHarmless(error)) this.#fail(openAIError(error), draft);
  }

  #refusedAtOpening(error: DialectError, draft: CodecDraft): void {
    if (isHarmless(error)) return;
    const event = openAIError(error);
    const next = event.fatal ? [] : this.#opening.refused();
    draft.frames.push(...next);
    // Refused as a whole: without its instructions, voice and tools there is no session to speak of.
    if (next.length === 0) this.#fail({ ...event, fatal: true }, draft);
  }

  /** Reports an error; after a fatal one there is nothing more to say. */
  #fail(error: ProviderErrorEvent, draft: CodecDraft): void {
    if (this.#hasFailed) return;
    this.#hasFailed = error.fatal;
    draft.events.push(error);
  }

  #endSpeech(draft: CodecDraft): void {
    const turnId = this.#input.speakingTurnId;
    if (turnId === undefined) return;
    this.#input.speechStopped(turnId);
    draft.events.push({ type: 'speech-end', turnId });
  }
}

type ArgumentsDone = Extract<OpenAIServerEvent, { type: 'response.function_call_arguments.done' }>;
type ResponseDone = Extract<OpenAIServerEvent, { type: 'response.done' }>['response'];

function push(draft: CodecDraft, event: OpenAIClientEvent): void {
  pushMessage<OpenAIClientEvent>(draft, event);
}

function sendOutput(callId: unknown, output: string, draft: CodecDraft): void {
  push(draft, {
    type: 'conversation.item.create',
    event_id: `output-${boundText(idText(callId) ?? '', MAX_EVENT_ID_CHARS)}`,
    // In the form in which it came: a server that makes its ids of numbers knows a call by its number.
    item: { type: 'function_call_output', call_id: callId as string, output },
  });
}
