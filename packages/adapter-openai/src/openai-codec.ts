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
  type CodecDraft,
  createIdMinter,
  createRealtimeAudioDeltaReader,
  decodeBase64,
  planTruncation,
  pushMessage,
  readDialectError,
  readRealtimeUsage,
  readResponseEnd,
  readServerEvent,
  RecentIds,
  ResponseRequests,
  shortenText,
  ToolRounds,
} from '@speko/adapter-kit';
import { silence } from '@speko/audio';
import { InputTurns } from './input-turns.ts';
import type { OpenAIClientEvent } from './openai-client-events.ts';
import { OPENAI_SAMPLE_RATE_HZ } from './openai-dial-plan.ts';
import { isHarmless, openAIConnectionError, openAIError } from './openai-errors.ts';
import type { OpenAIOptions } from './openai-options.ts';
import {
  buildSessionUpdate,
  chosenDialect,
  detectDialect,
  ignoredSettings,
  type OpenAIDialect,
} from './openai-session.ts';
import {
  IGNORED_SERVER_EVENTS,
  type OpenAIServerEvent,
  serverEventSchema,
  sessionSchema,
  type WireItem,
} from './openai-wire.ts';
import { acceptedCallId, MAX_TEXT_CHARS, openCalls, seedItems } from './seed-history.ts';

const SERVER_EVENTS = { schema: serverEventSchema, ignored: IGNORED_SERVER_EVENTS };

/** The vendor refuses to commit less. */
const MIN_COMMIT_MS = 100;
const BYTES_PER_MS = (OPENAI_SAMPLE_RATE_HZ * 2) / 1000;
const MIN_COMMIT_BYTES = MIN_COMMIT_MS * BYTES_PER_MS;

/** Stands for the responses of the connection before this one, whose calls may still be answered. */
const EARLIER_CALLS = 'earlier';

const NOTHING: CodecOutput = { events: [], frames: [] };

/** Translation for one connection to the OpenAI Realtime API or a server that speaks its dialect. */
export class OpenAICodec implements AdapterCodec {
  readonly #config: SessionConfig;
  readonly #options: OpenAIOptions;
  readonly #audioDelta = createRealtimeAudioDeltaReader();
  readonly #input = new InputTurns();
  readonly #assistant = new AssistantOutput();
  readonly #responses = this.#assistant.responses;
  readonly #requests = new ResponseRequests(this.#assistant);
  readonly #tools = new ToolRounds();
  readonly #mintItemId = createIdMinter('speko');
  readonly #committedTurns = new RecentIds();
  readonly #transcribedTurns = new RecentIds();
  #dialect: OpenAIDialect | undefined;
  #expiresAtMs: number | undefined;
  #isReady = false;
  #hasFailed = false;

  constructor(config: SessionConfig, options: OpenAIOptions) {
    this.#config = config;
    this.#options = options;
    this.#dialect = chosenDialect(options);
  }

  hello(): CodecOutput {
    // The socket keeps the order, so the configuration need not wait for `session.created`, except to learn the dialect.
    return this.#dialect === undefined ? NOTHING : { events: [], frames: [this.#sessionUpdate(this.#dialect)] };
  }

  decode(frame: ProviderFrame, nowMs: number): CodecOutput {
    if (this.#audioDelta.read(frame)) return this.#audioFrame(frame);
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
    return this.#requests.deadlineMs;
  }

  wake(nowMs: number): CodecOutput {
    const draft: CodecDraft = { events: [], frames: [] };
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
    return draft.events;
  }

  /** The hot path: hundreds of these arrive per second of speech of all sessions together. */
  #audioFrame(frame: ProviderFrame): CodecOutput {
    const { responseId, itemId } = this.#audioDelta;
    if (!this.#responses.isHeard(responseId)) {
      const draft: CodecDraft = { events: [], frames: [] };
      this.#assistant.start(responseId, draft);
      if (!this.#responses.isHeard(responseId)) return NOTHING;
      const first = this.#assistant.audio(responseId, itemId, this.#audioDelta.audio(frame));
      if (first !== undefined) draft.events.push(first);
      return draft;
    }
    const event = this.#assistant.audio(responseId, itemId, this.#audioDelta.audio(frame));
    return event === undefined ? NOTHING : { events: [event], frames: [] };
  }

  /** What the vendor says. */
  #receive(event: OpenAIServerEvent, draft: CodecDraft, nowMs: number): void {
    const { events } = draft;
    switch (event.type) {
      case 'session.created':
        return this.#sessionCreated(event.session, draft);
      case 'session.updated':
        return this.#sessionUpdated(event.session, draft, nowMs);

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

      case 'conversation.item.added':
        for (const id of [event.item.id, event.item.type === 'function_call_output' ? event.item.call_id : undefined]) {
          if (id !== undefined) this.#requests.step({ type: 'acknowledge', id }, draft, nowMs);
        }
        return;

      case 'conversation.item.input_audio_transcription.delta':
        if (event.delta === undefined || event.delta === '' || this.#transcribedTurns.has(event.item_id)) return;
        events.push({ type: 'transcript-delta', role: 'user', turnId: event.item_id, delta: event.delta });
        return;
      case 'conversation.item.input_audio_transcription.completed':
        return this.#transcribed(event.item_id, event.transcript, draft);
      case 'conversation.item.input_audio_transcription.failed':
        this.#transcribed(event.item_id, undefined, draft);
        events.push({ type: 'provider-raw', name: event.type, raw: event });
        return;

      case 'response.created':
        return this.#responseCreated(event.response.id, event.response.metadata?.['client_event_id'], draft, nowMs);
      case 'response.content_part.added':
        if (event.part?.type?.includes('audio') === true) {
          this.#assistant.audioPartAdded(event.item_id, event.content_index ?? 0);
        }
        return;
      case 'response.output_audio.delta': {
        this.#assistant.start(event.response_id, draft);
        if (!this.#responses.isHeard(event.response_id)) return;
        const audio = this.#assistant.audio(event.response_id, event.item_id, decodeBase64(event.delta));
        if (audio !== undefined) events.push(audio);
        return;
      }
      case 'response.output_audio_transcript.delta':
      case 'response.output_text.delta':
        return this.#assistant.words(event, event.delta ?? '', draft);
      case 'response.output_audio_transcript.done':
        if (event.transcript !== undefined) this.#assistant.finalWords(event, event.transcript, draft);
        return;
      case 'response.output_text.done':
        if (event.text !== undefined) this.#assistant.finalWords(event, event.text, draft);
        return;

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
        const callId = acceptedCallId(command.callId);
        const about = `The result of tool call ${JSON.stringify(command.callId)}`;
        const { text: output, events } = shortenText(command.output, MAX_TEXT_CHARS, about);
        draft.events.push(...events);
        push(draft, {
          type: 'conversation.item.create',
          event_id: `output-${callId}`,
          item: { type: 'function_call_output', call_id: callId, output },
        });
        const answered = this.#tools.answered(callId);
        if (answered !== undefined) this.#requests.ask(answered, draft, nowMs);
        return;
      }
    }
  }

  #sessionCreated(session: Record<string, unknown>, draft: CodecDraft): void {
    const { expires_at: expiresAt } = sessionSchema.parse(session);
    if (expiresAt !== undefined) this.#expiresAtMs = expiresAt * 1000;
    if (this.#dialect !== undefined) return;
    this.#dialect = detectDialect(session);
    draft.frames.push(this.#sessionUpdate(this.#dialect));
  }

  #sessionUpdated(session: Record<string, unknown>, draft: CodecDraft, nowMs: number): void {
    if (this.#isReady || this.#dialect === undefined) return;
    const {
      model,
      voice,
      audio,
      output_audio_format: betaFormat,
      expires_at: expiresAt,
    } = sessionSchema.parse(session);
    const format = audio?.output?.format?.type ?? betaFormat;
    if (format !== undefined && format !== 'audio/pcm' && format !== 'pcm16') {
      const message = `The provider answers in the audio format ${format}, although PCM16 was asked for.`;
      this.#fail({ type: 'provider-error', code: 'PROVIDER_ERROR', message, fatal: true, retryable: false }, draft);
      return;
    }
    this.#isReady = true;
    if (expiresAt !== undefined) this.#expiresAtMs = expiresAt * 1000;
    const gaVoice = audio?.output?.voice;
    const actualVoice = (typeof gaVoice === 'object' ? gaVoice?.id : gaVoice) ?? voice;
    draft.events.push({
      type: 'session-ready',
      ...(model === undefined ? {} : { model }),
      ...(actualVoice === undefined ? {} : { voice: actualVoice }),
      ignored: ignoredSettings(this.#dialect, this.#config),
      ...(this.#expiresAtMs === undefined ? {} : { expiresAtMs: this.#expiresAtMs }),
    });
    this.#begin(this.#dialect, draft, nowMs);
  }

  /** Retells the conversation so far, or opens a new one with the first message. */
  #begin(dialect: OpenAIDialect, draft: CodecDraft, nowMs: number): void {
    const { continuation, firstMessage } = this.#config;
    for (const [index, item] of seedItems(continuation?.history ?? [], dialect).entries()) {
      push(draft, { type: 'conversation.item.create', event_id: `seed-${index + 1}`, item });
    }
    for (const callId of openCalls(continuation?.history ?? [])) this.#tools.called(EARLIER_CALLS, callId);
    this.#tools.responseOver(EARLIER_CALLS);
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

  #responseCreated(responseId: string, mark: unknown, draft: CodecDraft, nowMs: number): void {
    const eventId = typeof mark === 'string' ? mark : undefined;
    this.#requests.step({ type: 'created', responseId, eventId }, draft, nowMs);
    this.#assistant.start(responseId, draft);
  }

  /** Calls of an interrupted response come through too: only a completed one was written to its end. */
  #itemDone(responseId: string, item: WireItem, draft: CodecDraft, nowMs: number): void {
    const { call_id: callId, name } = item;
    if (item.type !== 'function_call' || item.status !== 'completed' || callId === undefined || name === undefined)
      return;
    if (this.#responses.isOver(responseId)) return;
    // Never announced: the place it takes must be known too, or the answer to its calls would wait for another response.
    if (!this.#responses.isOpen(responseId)) this.#responseCreated(responseId, undefined, draft, nowMs);
    if (!this.#tools.called(responseId, callId)) return;
    draft.events.push({ type: 'tool-call', callId, name, arguments: item.arguments ?? '', responseId });
  }

  #responseDone(response: ResponseDone, draft: CodecDraft, nowMs: number): void {
    const { id: responseId, output: items } = response;
    const usage = readRealtimeUsage(response.usage);
    const { error, ...end } = readResponseEnd(response.status, response.status_details);
    for (const item of items ?? []) {
      // Some servers give items no status; in a completed response they are.
      const status = item.status ?? response.status;
      this.#itemDone(responseId, { ...item, status }, draft, nowMs);
    }
    if (this.#assistant.end(responseId)) {
      draft.events.push({ type: 'response-end', responseId, ...end, ...(usage === undefined ? {} : { usage }) });
    } else if (usage !== undefined) {
      draft.events.push({ type: 'usage-report', responseId, usage });
    }
    if (error !== undefined) this.#fail(openAIError(error), draft);
    this.#requests.step({ type: 'done', responseId }, draft, nowMs);
    const answered = this.#tools.responseOver(responseId);
    if (answered !== undefined) this.#requests.ask(answered, draft, nowMs);
  }

  #transcribed(turnId: string, text: string | undefined, draft: CodecDraft): void {
    if (this.#transcribedTurns.has(turnId)) return;
    this.#transcribedTurns.add(turnId);
    draft.events.push({ type: 'transcript-end', role: 'user', turnId, ...(text === undefined ? {} : { text }) });
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

  #error(value: unknown, draft: CodecDraft, nowMs: number): void {
    const error = readDialectError(value);
    if (!this.#isReady) {
      // Refused as a whole: without its instructions, voice and tools there is no session to speak of.
      if (!isHarmless(error)) this.#fail({ ...openAIError(error), fatal: true }, draft);
      return;
    }
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

  #sessionUpdate(dialect: OpenAIDialect): string {
    return JSON.stringify(buildSessionUpdate(dialect, this.#config, this.#options));
  }
}

type ResponseDone = Extract<OpenAIServerEvent, { type: 'response.done' }>['response'];

function push(draft: CodecDraft, event: OpenAIClientEvent): void {
  pushMessage<OpenAIClientEvent>(draft, event);
}
