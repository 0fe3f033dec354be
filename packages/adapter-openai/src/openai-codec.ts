import type {
  AdapterCodec,
  CodecOutput,
  CommandOutput,
  ConnectionEnd,
  ProviderErrorEvent,
  ProviderFrame,
  SessionCommand,
  SessionConfig,
  SessionEvent,
} from '@speko/adapter';
import {
  type CodecDraft,
  createIdMinter,
  type VendorError,
  idText,
  pushMessage,
  readVendorError,
  sayExactly,
  shortenText,
} from '@speko/adapter-kit';
import {
  appendAudioMessage,
  type AssistantOutput,
  createRealtimeAudioDeltaReader,
  readRealtimeAudio,
  readServerEvent,
  type ResponseLedger,
  type ResponseRequests,
} from '@speko/adapter-kit/openai-dialect';
import { silence } from '@speko/audio';
import { OpenAIHandshake } from './codec/handshake.ts';
import { OpenAIResponses } from './codec/responses.ts';
import { MAX_TEXT_CHARS, seedItems } from './codec/seed-history.ts';
import type { OpenAIDialect } from './codec/session-update.ts';
import { TurnReports } from './codec/turn-reports.ts';
import { OpenAIUserTurns } from './codec/user-turns.ts';
import type { OpenAIClientEvent } from './openai-client-events.ts';
import { OPENAI_SAMPLE_RATE_HZ } from './openai-dial-plan.ts';
import { isHarmless, openAIConnectionError, openAIError } from './openai-errors.ts';
import type { OpenAIOptions } from './openai-options.ts';
import { type OpenAIServerEvent, SERVER_EVENTS } from './openai-wire.ts';

/** The vendor refuses to commit less. */
const MIN_COMMIT_MS = 100;
const BYTES_PER_MS = (OPENAI_SAMPLE_RATE_HZ * 2) / 1000;
const MIN_COMMIT_BYTES = MIN_COMMIT_MS * BYTES_PER_MS;

const NOTHING: CodecOutput = { events: [], frames: [] };

/** Translation for one connection to the OpenAI Realtime API or a server that speaks its dialect. */
export class OpenAICodec implements AdapterCodec {
  readonly #config: SessionConfig;
  readonly #handshake: OpenAIHandshake;
  readonly #audioDelta = createRealtimeAudioDeltaReader();
  readonly #input = new OpenAIUserTurns();
  readonly #turns = new TurnReports(this.#input);
  readonly #responses: OpenAIResponses;
  readonly #assistant: AssistantOutput;
  readonly #ledger: ResponseLedger;
  readonly #requests: ResponseRequests;
  readonly #mintItemId = createIdMinter('speko');
  #hasFailed = false;

  constructor(config: SessionConfig, options: OpenAIOptions) {
    this.#config = config;
    this.#handshake = new OpenAIHandshake(config, options);
    this.#responses = new OpenAIResponses(config.continuation?.history ?? []);
    this.#assistant = this.#responses.output;
    this.#ledger = this.#assistant.responses;
    this.#requests = this.#responses.requests;
  }

  hello(nowMs: number): CodecOutput {
    return { events: [], frames: this.#handshake.hello(nowMs) };
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
    return this.#handshake.deadlineMs ?? this.#requests.deadlineMs;
  }

  wake(nowMs: number): CodecOutput {
    const draft: CodecDraft = { events: [], frames: [...this.#handshake.wake(nowMs)] };
    this.#requests.step({ type: 'tick' }, draft, nowMs);
    return draft;
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    const draft: CodecDraft = { events: [], frames: [] };
    this.#turns.endSpeech(draft);
    for (const responseId of this.#ledger.openIds) {
      this.#ledger.end(responseId);
      draft.events.push({ type: 'response-end', responseId, status: 'failed', reason: 'connection_closed' });
    }
    this.#fail(openAIConnectionError(end), draft);
    this.#requests.close();
    this.#handshake.close();
    return draft.events;
  }

  /** The hot path: hundreds of these arrive per second of speech of all sessions together. */
  #audioFrame(frame: ProviderFrame, nowMs: number): CodecOutput {
    const { responseId: wireId, itemId } = this.#audioDelta;
    const responseId = this.#assistant.names.idOf(wireId || undefined);
    if (responseId === undefined) return NOTHING;
    if (!this.#ledger.isAudible(responseId)) {
      const draft: CodecDraft = { events: [], frames: [] };
      if (!this.#responses.speaks(responseId, draft, nowMs)) return NOTHING;
      const first = this.#assistant.audio(responseId, itemId || undefined, this.#audioDelta.audio(frame));
      if (first !== undefined) draft.events.push(first);
      return draft;
    }
    const event = this.#assistant.audio(responseId, itemId || undefined, this.#audioDelta.audio(frame));
    return event === undefined ? NOTHING : { events: [event], frames: [] };
  }

  /** Handles an event of the vendor. */
  #receive(event: OpenAIServerEvent, draft: CodecDraft, nowMs: number): void {
    const { events } = draft;
    switch (event.type) {
      case 'session.created':
        draft.frames.push(...this.#handshake.created(event.session ?? {}));
        return;
      case 'session.updated':
        return this.#sessionUpdated(event.session ?? {}, draft, nowMs);

      case 'input_audio_buffer.speech_started':
        if (!this.#turns.speechStarted(event.item_id, event.audio_start_ms, draft)) return;
        // The vendor cancels what it is saying; what is still on its way must not be heard.
        for (const responseId of this.#ledger.openIds) this.#ledger.mute(responseId);
        return this.#requests.step({ type: 'hold' }, draft, nowMs);
      case 'input_audio_buffer.speech_stopped':
        this.#turns.speechStopped(event.item_id, event.audio_end_ms, draft);
        return this.#requests.step({ type: 'release' }, draft, nowMs);
      case 'input_audio_buffer.committed':
        return this.#committed(event.item_id, draft, nowMs);
      case 'input_audio_buffer.cleared':
        this.#turns.endSpeech(draft);
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
        return this.#turns.words(event.item_id, event.delta ?? '', draft);
      case 'conversation.item.input_audio_transcription.completed':
        return this.#turns.transcribed(event.item_id, event.transcript, event.usage, draft);
      case 'conversation.item.input_audio_transcription.failed':
        this.#turns.transcribed(event.item_id, undefined, undefined, draft);
        events.push({ type: 'provider-raw', name: event.type, raw: event });
        return;

      case 'response.created':
        return this.#responses.created(event.response.id, event.response.metadata?.['client_event_id'], draft, nowMs);
      case 'response.output_item.added':
        return this.#responses.itemAdded(event.item);
      case 'response.content_part.added':
        this.#assistant.items.announced(event.item_id);
        if (event.part?.type?.includes('audio') === true) {
          this.#assistant.audioPartAdded(event.item_id, event.content_index ?? 0);
        }
        return;
      case 'response.output_audio.delta': {
        const responseId = this.#assistant.names.idOf(event.response_id);
        if (responseId === undefined || !this.#responses.speaks(responseId, draft, nowMs)) return;
        const audio = this.#assistant.audio(responseId, event.item_id, readRealtimeAudio(event.delta));
        if (audio !== undefined) events.push(audio);
        return;
      }
      case 'response.output_audio_transcript.delta':
      case 'response.output_text.delta':
        return this.#responses.words(event, event.delta ?? '', draft, nowMs);
      case 'response.output_audio_transcript.done':
        return this.#responses.finalWords(event, event.transcript, draft, nowMs);
      case 'response.output_text.done':
        return this.#responses.finalWords(event, event.text, draft, nowMs);

      case 'response.function_call_arguments.done':
        return this.#responses.argumentsDone(event, draft, nowMs);
      case 'response.output_item.done':
        return this.#responses.itemDone(event.response_id, event.item, draft, nowMs);
      case 'response.done': {
        const error = this.#responses.done(event, draft, nowMs);
        if (error !== undefined) this.#fail(openAIError(error), draft);
        return;
      }
      case 'error':
        return this.#error(event.error, draft, nowMs);
    }
  }

  /** Carries out a command of the gateway. */
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
        this.#responses.userSpoke();
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
        this.#ledger.mute(command.responseId);
        this.#requests.step({ type: 'cancel', responseId: command.responseId }, draft, nowMs);
        return;
      case 'response-truncate':
        return this.#responses.truncate(command, draft);
      case 'tool-result':
        return this.#responses.answered(command, draft, nowMs);
    }
  }

  #sessionUpdated(session: Record<string, unknown>, draft: CodecDraft, nowMs: number): void {
    const outcome = this.#handshake.updated(session);
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
    this.#responses.takeOver(continuation?.history ?? []);
    if (continuation !== undefined || firstMessage === undefined) return;
    const request = { instructions: sayExactly(firstMessage), unacknowledged: [] };
    this.#requests.step({ type: 'request', request }, draft, nowMs);
  }

  #commit(draft: CodecDraft, nowMs: number): void {
    const isManual = this.#config.turnDetection === 'manual';
    const { runningId: runningResponseId } = this.#ledger;
    if (!isManual && !this.#input.endsTurn(runningResponseId !== undefined)) return;
    const { uncommittedBytes } = this.#input;
    if (uncommittedBytes === 0 || (!isManual && uncommittedBytes < MIN_COMMIT_BYTES)) return;
    if (uncommittedBytes < MIN_COMMIT_BYTES) {
      const missingMs = (MIN_COMMIT_BYTES - uncommittedBytes) / BYTES_PER_MS;
      draft.frames.push(...this.appendAudio(silence(missingMs, OPENAI_SAMPLE_RATE_HZ)));
    }
    const isAnswered = this.#ledger.openIds.some((id) => this.#ledger.isAudible(id));
    const { eventId } = this.#input.commit({ runningResponseId, isAnswered });
    push(draft, { type: 'input_audio_buffer.commit', event_id: eventId });
    // With the vendor's own turn detection it is not known yet who commits first, and so who asks for the answer.
    if (isManual) this.#requests.ask([eventId], draft, nowMs);
  }

  #committed(turnId: string, draft: CodecDraft, nowMs: number): void {
    const commit = this.#turns.committed(turnId, draft);
    if (commit === undefined) return;
    const { ours } = commit;
    this.#responses.userSpoke();
    this.#requests.step({ type: 'release' }, draft, nowMs);
    if (ours === undefined) return;
    if (this.#config.turnDetection === 'manual') {
      this.#requests.step({ type: 'acknowledge', id: ours.eventId }, draft, nowMs);
      return;
    }
    if (ours.isAnswered) return;
    // A response that began since we asked is the vendor's own answer to this turn.
    const running = this.#ledger.runningId;
    if (running !== undefined && running !== ours.runningResponseId) return;
    this.#requests.ask([], draft, nowMs);
  }

  #error(value: unknown, draft: CodecDraft, nowMs: number): void {
    const error = readVendorError(value);
    if (!this.#handshake.isReady) return this.#refusedInHandshake(error, draft);
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

  #refusedInHandshake(error: VendorError, draft: CodecDraft): void {
    if (isHarmless(error)) return;
    const event = openAIError(error);
    const next = event.fatal ? [] : this.#handshake.refused();
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
}

function push(draft: CodecDraft, event: OpenAIClientEvent): void {
  pushMessage<OpenAIClientEvent>(draft, event);
}
