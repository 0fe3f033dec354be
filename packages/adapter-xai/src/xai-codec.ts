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
import { type CodecDraft, createIdMinter, earliest, idText, pushMessage } from '@speko/adapter-kit';
import {
  createRealtimeAudioDeltaReader,
  historyItems,
  type PiecePlace,
  truncateItems,
  readRealtimeAudio,
  readServerEvent,
} from '@speko/adapter-kit/openai-dialect';
import { XaiHandshake } from './codec/handshake.ts';
import { PingWatch, PINGS_STOPPED } from './codec/ping-watch.ts';
import { XaiResponses } from './codec/responses.ts';
import { SessionLimit } from './codec/session-limit.ts';
import { buildSessionUpdate } from './codec/session-update.ts';
import { TextItemAcks } from './codec/text-item-acks.ts';
import { UserInput } from './codec/user-input.ts';
import { XaiUserTurns } from './codec/user-turns.ts';
import { forcedMessage, typedText, type XaiClientEvent } from './xai-client-events.ts';
import { xaiAudio } from './xai-dial-plan.ts';
import { kindOfError, readXaiError, xaiConnectionError, xaiError } from './xai-errors.ts';
import type { XaiOptions } from './xai-options.ts';
import { SERVER_EVENTS, type WireItem, type XaiServerEvent } from './xai-wire.ts';

const NOTHING: CodecOutput = { events: [], frames: [] };

/** Translation for one connection to the xAI Grok Voice Agent API. */
export class XaiCodec implements AdapterCodec {
  readonly #config: SessionConfig;
  readonly #options: XaiOptions;
  readonly #input: UserInput;
  readonly #handshake: XaiHandshake;
  readonly #audioDelta = createRealtimeAudioDeltaReader();
  readonly #turns: XaiUserTurns;
  readonly #responses: XaiResponses;
  readonly #pings = new PingWatch();
  readonly #typed = new TextItemAcks();
  readonly #mintItemId = createIdMinter('speko');
  readonly #limit = new SessionLimit();
  #hasFailed = false;

  constructor(config: SessionConfig, options: XaiOptions) {
    this.#config = config;
    this.#options = options;
    this.#input = new UserInput(xaiAudio(config).inputSampleRateHz, options.turnDetection.silenceDurationMs);
    this.#handshake = new XaiHandshake(config, options);
    this.#turns = new XaiUserTurns(config.turnDetection);
    this.#responses = new XaiResponses(config, options);
  }

  hello(nowMs: number): CodecOutput {
    this.#limit.begin(nowMs);
    return { events: [], frames: [JSON.stringify(buildSessionUpdate(this.#config, this.#options))] };
  }

  decode(frame: ProviderFrame, nowMs: number): CodecOutput {
    this.#pings.sawTraffic(nowMs);
    if (this.#audioDelta.read(frame)) return this.#audioFrame(frame, nowMs);
    const read = readServerEvent(frame, SERVER_EVENTS);
    if (read.type === 'ignored') return NOTHING;
    if (read.type === 'raw') return { events: [read.raw], frames: [] };
    const draft: CodecDraft = { events: [], frames: [] };
    if (this.#handshake.isReady) this.#receive(read.event, draft, nowMs);
    else this.#receiveHandshake(read.event, draft, nowMs);
    return draft;
  }

  appendAudio(pcm: Uint8Array): readonly ProviderFrame[] {
    return this.#input.append(pcm);
  }

  encode(command: SessionCommand, nowMs: number): CommandOutput {
    const draft: CodecDraft = { events: [], frames: [] };
    this.#send(command, draft, nowMs);
    return { type: 'ok', ...draft };
  }

  get wakeAtMs(): number | undefined {
    return earliest(...this.#responses.deadlinesMs, this.#goAwayMs, this.#pings.deadlineMs);
  }

  wake(nowMs: number): CodecOutput {
    const draft: CodecDraft = { events: [], frames: [] };
    this.#responses.wake(draft, nowMs);
    if ((this.#goAwayMs ?? Infinity) <= nowMs) this.#limit.announce(draft);
    if ((this.#pings.deadlineMs ?? Infinity) <= nowMs) {
      this.#pings.stop();
      this.#fail(PINGS_STOPPED, draft);
    }
    return draft;
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    const draft: CodecDraft = { events: [], frames: [] };
    this.#turns.end(draft);
    this.#responses.close(draft);
    this.#fail(xaiConnectionError(end, this.#handshake.isReady), draft);
    this.#limit.stop();
    this.#pings.stop();
    return draft.events;
  }

  get #goAwayMs(): number | undefined {
    return this.#handshake.isReady ? this.#limit.announceAtMs : undefined;
  }

  /** The hot path: hundreds of these arrive per second of speech of all sessions together. */
  #audioFrame(frame: ProviderFrame, nowMs: number): CodecOutput {
    const { responseId: wireId, itemId } = this.#audioDelta;
    const responseId = this.#responses.idOf(wireId || undefined);
    if (responseId === undefined) return NOTHING;
    if (
      !this.#responses.isAudible(responseId) ||
      this.#turns.isAnswerAwaited ||
      this.#responses.serverTools.isRunning
    ) {
      const draft: CodecDraft = { events: [], frames: [] };
      if (!this.#speaks(responseId, draft, nowMs)) return NOTHING;
      const first = this.#responses.output.audio(responseId, itemId || undefined, this.#audioDelta.audio(frame));
      if (first !== undefined) draft.events.push(first);
      return draft;
    }
    this.#responses.noteActivity(nowMs);
    const event = this.#responses.output.audio(responseId, itemId || undefined, this.#audioDelta.audio(frame));
    return event === undefined ? NOTHING : { events: [event], frames: [] };
  }

  /** Until the session is ready the vendor greets, replays an earlier conversation, or refuses. */
  #receiveHandshake(event: XaiServerEvent, draft: CodecDraft, nowMs: number): void {
    switch (event.type) {
      case 'ping':
        return this.#pings.ping(nowMs);
      case 'session.created':
        this.#handshake.sessionCreated(event.session ?? {});
        return;
      case 'conversation.created':
        return this.#handshake.conversationCreated(event.conversation.id, draft);
      case 'conversation.item.added':
        this.#handshake.itemReplayed();
        return;
      case 'session.updated':
        this.#handshake.sessionUpdated(event.session ?? {}, draft);
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

  /** Handles an event of the vendor. */
  #receive(event: XaiServerEvent, draft: CodecDraft, nowMs: number): void {
    switch (event.type) {
      case 'ping':
        return this.#pings.ping(nowMs);
      case 'session.created':
      case 'session.updated':
        return;
      case 'conversation.created':
        return this.#handshake.conversationCreated(event.conversation.id, draft);

      case 'input_audio_buffer.speech_started':
        return this.#speechStarted(event.item_id, event.audio_start_ms, draft, nowMs);
      case 'input_audio_buffer.speech_stopped':
        this.#turns.speechStopped(event.item_id, event.audio_end_ms, draft);
        return this.#responses.release(draft, nowMs);
      case 'input_audio_buffer.committed':
        return this.#committed(event.item_id, draft, nowMs);
      case 'input_audio_buffer.cleared':
        this.#turns.cleared(draft);
        return this.#responses.release(draft, nowMs);

      case 'conversation.item.added':
        return this.#itemAdded(event.item, draft, nowMs);
      case 'conversation.item.input_audio_transcription.updated':
        return this.#turns.transcript(event.item_id, event.transcript ?? '', false, draft);
      case 'conversation.item.input_audio_transcription.completed':
        return this.#turns.transcript(event.item_id, event.transcript ?? '', event.status !== 'in_progress', draft);

      case 'response.created':
        return this.#responses.created(event.response.id, event.response.metadata?.['client_event_id'], draft, nowMs);
      case 'response.content_part.added':
        this.#responses.output.items.announced(event.item_id);
        if (event.part?.type !== 'audio') return;
        return this.#responses.output.audioPartAdded(event.item_id, event.content_index ?? 0);
      case 'response.output_audio.delta': {
        const responseId = this.#responses.idOf(event.response_id);
        if (responseId === undefined || !this.#speaks(responseId, draft, nowMs)) return;
        const audio = this.#responses.output.audio(responseId, event.item_id, readRealtimeAudio(event.delta));
        if (audio !== undefined) draft.events.push(audio);
        return;
      }
      case 'response.output_audio_transcript.delta':
      case 'response.output_text.delta': {
        const responseId = this.#responses.idOf(event.response_id);
        if (responseId === undefined) return;
        this.#speaks(responseId, draft, nowMs);
        return this.#responses.output.words(responseId, event, event.delta ?? '', draft);
      }
      case 'response.output_audio_transcript.done':
        return this.#finalWords(event, event.transcript, draft, nowMs);
      case 'response.output_text.done':
        return this.#finalWords(event, event.text, draft, nowMs);

      case 'response.output_item.added':
        return this.#responses.itemAdded(event.item, nowMs);
      case 'response.output_item.done':
        return this.#responses.itemDone(event.response_id, event.item, draft, nowMs);
      case 'response.function_call_arguments.done':
        return this.#responses.called(event, draft, nowMs);
      case 'response.mcp_call.in_progress':
        this.#responses.noteActivity(nowMs);
        return this.#responses.serverTools.started(event.item_id, undefined, draft);
      case 'response.mcp_call.completed':
        return this.#responses.serverTools.ended(event.item_id, 'completed', draft);
      case 'response.mcp_call.failed':
        return this.#responses.serverTools.ended(event.item_id, 'failed', draft);

      case 'response.done': {
        const error = this.#responses.done(event, draft, nowMs);
        if (error !== undefined) this.#fail(xaiError(error), draft);
        return;
      }
      case 'response.cancelled':
        return this.#responses.cancelled(event.response_id, draft, nowMs);
      case 'error':
        return this.#error(event, draft, nowMs);
    }
  }

  /** A response says something, which closes the turn it answers. Returns whether it is to be heard. */
  #speaks(responseId: string, draft: CodecDraft, nowMs: number): boolean {
    if (!this.#handshake.isReady || !this.#responses.speaks(responseId, draft, nowMs)) return false;
    this.#turns.answered(draft);
    return true;
  }

  #finalWords(place: PiecePlace, text: string | undefined, draft: CodecDraft, nowMs: number): void {
    const responseId = this.#responses.idOf(place.response_id);
    if (text === undefined || responseId === undefined) return;
    this.#speaks(responseId, draft, nowMs);
    this.#responses.output.finalWords(responseId, place, text, draft);
  }

  /** Carries out a command of the gateway. */
  #send(command: SessionCommand, draft: CodecDraft, nowMs: number): void {
    switch (command.type) {
      case 'audio-commit':
        return this.#commit(draft, nowMs);
      case 'audio-clear':
        return this.#input.clear(draft);
      case 'text-append': {
        const id = this.#mintItemId();
        push(draft, typedText(id, command.text));
        this.#typed.sent(id);
        this.#responses.userSpoke();
        return this.#responses.ask([id], draft, nowMs);
      }
      case 'response-cancel':
        return this.#responses.cancel(command.responseId, draft, nowMs);
      case 'response-truncate':
        return truncateItems(command, this.#responses.output, draft);
      case 'tool-result':
        return this.#responses.answered(command.callId, command.output, draft, nowMs);
    }
  }

  /** Takes up a conversation where the vendor kept it, retells it where not, or opens a new one. */
  #begin(draft: CodecDraft, nowMs: number): void {
    const { continuation, firstMessage } = this.#config;
    if (continuation !== undefined) {
      const history = this.#handshake.isResumed ? [] : continuation.history;
      for (const item of historyItems(history, { assistantPart: 'text', callIdOf: (callId) => callId })) {
        push(draft, { type: 'conversation.item.create', item });
      }
      return this.#responses.takeOver(continuation.history, this.#handshake.isResumed);
    }
    if (firstMessage === undefined) return;
    push(draft, forcedMessage(firstMessage));
    this.#responses.firstMessageSent(draft, nowMs);
  }

  #speechStarted(itemId: string, audioStartMs: number | undefined, draft: CodecDraft, nowMs: number): void {
    const speaksUp = this.#responses.isSomethingHeard;
    if (!this.#turns.speechStarted(itemId, audioStartMs, speaksUp, draft)) return;
    this.#responses.talkedOver(draft, nowMs);
  }

  /** Under its own turn detection the vendor takes no commit; the silence it waits for ends the turn as well. */
  #commit(draft: CodecDraft, nowMs: number): void {
    if (this.#config.turnDetection === 'auto') return this.#input.endBySilence(draft);
    const eventId = this.#input.commit(draft);
    if (eventId !== undefined) this.#responses.ask([eventId], draft, nowMs);
  }

  #committed(itemId: string, draft: CodecDraft, nowMs: number): void {
    this.#turns.committed(itemId, draft);
    this.#responses.userSpoke();
    const eventId = this.#input.confirmed(this.#config.turnDetection === 'auto');
    if (eventId !== undefined) this.#responses.acknowledge(eventId, draft, nowMs);
    this.#responses.release(draft, nowMs);
  }

  #itemAdded(item: WireItem, draft: CodecDraft, nowMs: number): void {
    if (item.replayed === true) return;
    const [part] = item.content ?? [];
    const callId = idText(item.call_id);
    if (item.type === 'function_call_output' && callId !== undefined) {
      this.#responses.acknowledge(callId, draft, nowMs);
    } else if (item.type === 'message' && item.role === 'user' && part?.type === 'input_text') {
      const id = this.#typed.acknowledged(item.id);
      if (id !== undefined) this.#responses.acknowledge(id, draft, nowMs);
    } else if (item.role === 'user' && item.id !== undefined && part?.transcript !== undefined) {
      if (part.transcript !== '') this.#turns.transcript(item.id, part.transcript, item.status === 'completed', draft);
    }
  }

  #error(event: Readonly<Record<string, unknown>>, draft: CodecDraft, nowMs: number): void {
    const error = readXaiError(event);
    const kind = kindOfError(error);
    this.#responses.refused(kind, error.eventId, draft, nowMs);
    if (kind === 'internal' || kind === 'other') this.#fail(xaiError(error), draft);
  }

  /** Reports an error; after a fatal one there is nothing more to say. */
  #fail(error: ProviderErrorEvent, draft: CodecDraft): void {
    if (this.#hasFailed) return;
    this.#hasFailed = error.fatal;
    draft.events.push(error);
  }
}

function push(draft: CodecDraft, event: XaiClientEvent): void {
  pushMessage<XaiClientEvent>(draft, event);
}
