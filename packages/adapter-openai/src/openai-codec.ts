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
  createIdMinter,
  createRealtimeAudioDeltaReader,
  currentRealtimeEventName,
  decodeBase64,
  EMPTY_RESPONSE_QUEUE,
  encodeBase64,
  parseJsonFrame,
  readRealtimeUsage,
  responseQueueDeadlineMs,
  type ResponseQueueEffect,
  type ResponseQueueInput,
  stepResponseQueue,
} from '@speko/adapter-kit';
import { PcmAligner, silence } from '@speko/audio';
import { AssistantTexts } from './assistant-texts.ts';
import { InputTurns } from './input-turns.ts';
import type { OpenAIClientEvent } from './openai-client-events.ts';
import { OPENAI_SAMPLE_RATE_HZ } from './openai-dial-plan.ts';
import { isHarmless, readOpenAIError, toConnectionError, toProviderError } from './openai-errors.ts';
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
import { planTruncation } from './plan-truncation.ts';
import { readResponseEnd } from './read-response-end.ts';
import { ResponseLedger } from './response-ledger.ts';
import { acceptedCallId, openCalls, seedItems } from './seed-history.ts';
import { ToolRounds } from './tool-rounds.ts';

const APPEND_PREFIX = '{"type":"input_audio_buffer.append","audio":"';
const APPEND_SUFFIX = '"}';

/** The vendor refuses to commit less. */
const MIN_COMMIT_MS = 100;
const BYTES_PER_MS = (OPENAI_SAMPLE_RATE_HZ * 2) / 1000;
const MIN_COMMIT_BYTES = MIN_COMMIT_MS * BYTES_PER_MS;

/** Stands for the responses of the connection before this one, whose calls may still be answered. */
const EARLIER_CALLS = 'earlier';

const NOTHING: CodecOutput = { events: [], frames: [] };

interface Output {
  readonly events: SessionEvent[];
  readonly frames: ProviderFrame[];
}

/** Translation for one connection to the OpenAI Realtime API or a server that speaks its dialect. */
export class OpenAICodec implements AdapterCodec {
  readonly #config: SessionConfig;
  readonly #options: OpenAIOptions;
  readonly #audioDelta = createRealtimeAudioDeltaReader();
  readonly #aligner = new PcmAligner();
  readonly #input = new InputTurns();
  readonly #responses = new ResponseLedger();
  readonly #texts = new AssistantTexts();
  readonly #tools = new ToolRounds();
  readonly #mintItemId = createIdMinter('speko');
  /** Where the audio of an item is, for the items in which it is not the first part. */
  readonly #contentIndexes = new Map<string, number>();
  readonly #transcribedTurns = new Set<string>();
  #dialect: OpenAIDialect | undefined;
  #queue = EMPTY_RESPONSE_QUEUE;
  #alignedItemId = '';
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
    if (this.#audioDelta.read(frame)) {
      const { responseId, itemId } = this.#audioDelta;
      if (this.#responses.isHeard(responseId)) {
        const event = this.#audio(responseId, itemId, this.#audioDelta.audio(frame));
        return event === undefined ? NOTHING : { events: [event], frames: [] };
      }
      if (!this.#responses.start(responseId)) return NOTHING;
      const event = this.#audio(responseId, itemId, this.#audioDelta.audio(frame));
      return { events: [{ type: 'response-start', responseId }, ...(event === undefined ? [] : [event])], frames: [] };
    }
    const json = parseJsonFrame(frame);
    if (!json.ok) return raw('invalid', json.message);
    const name = eventName(json.value);
    if (name === undefined) return raw('invalid', json.value);
    const current = currentRealtimeEventName(name);
    if (IGNORED_SERVER_EVENTS.has(current)) return NOTHING;
    const parsed = serverEventSchema.safeParse(
      current === name ? json.value : { ...(json.value as object), type: current },
    );
    if (!parsed.success) return raw(name, json.value);
    const output: Output = { events: [], frames: [] };
    this.#receive(parsed.data, output, nowMs);
    return output;
  }

  appendAudio(pcm: Uint8Array): readonly ProviderFrame[] {
    this.#input.appended(pcm.byteLength);
    return [APPEND_PREFIX + encodeBase64(pcm) + APPEND_SUFFIX];
  }

  encode(command: SessionCommand, nowMs: number): CommandOutput {
    const output: Output = { events: [], frames: [] };
    this.#send(command, output, nowMs);
    return { type: 'ok', ...output };
  }

  get wakeAtMs(): number | undefined {
    return responseQueueDeadlineMs(this.#queue);
  }

  wake(nowMs: number): CodecOutput {
    const output: Output = { events: [], frames: [] };
    this.#step({ type: 'tick' }, output, nowMs);
    return output;
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    const output: Output = { events: [], frames: [] };
    this.#endSpeech(output);
    for (const responseId of this.#responses.openIds) {
      this.#responses.end(responseId);
      output.events.push({ type: 'response-end', responseId, status: 'failed', reason: 'connection_closed' });
    }
    this.#fail(toConnectionError(end), output);
    this.#queue = EMPTY_RESPONSE_QUEUE;
    return output.events;
  }

  /** What the vendor says. */
  #receive(event: OpenAIServerEvent, output: Output, nowMs: number): void {
    const { events } = output;
    switch (event.type) {
      case 'session.created':
        return this.#sessionCreated(event.session, output);
      case 'session.updated':
        return this.#sessionUpdated(event.session, output, nowMs);

      case 'input_audio_buffer.speech_started': {
        const { item_id: turnId, audio_start_ms: audioStartMs } = event;
        this.#input.speechStarted(turnId);
        // The vendor cancels what it is saying; what is still on its way must not be heard.
        for (const responseId of this.#responses.openIds) this.#responses.mute(responseId);
        this.#step({ type: 'hold' }, output, nowMs);
        events.push({ type: 'speech-start', turnId, ...(audioStartMs == null ? {} : { audioStartMs }) });
        return;
      }
      case 'input_audio_buffer.speech_stopped': {
        const { item_id: turnId, audio_end_ms: audioEndMs } = event;
        this.#input.speechStopped(turnId);
        events.push({ type: 'speech-end', turnId, ...(audioEndMs == null ? {} : { audioEndMs }) });
        this.#step({ type: 'release' }, output, nowMs);
        return;
      }
      case 'input_audio_buffer.committed':
        return this.#committed(event.item_id, output, nowMs);
      case 'input_audio_buffer.cleared':
        this.#endSpeech(output);
        this.#step({ type: 'release' }, output, nowMs);
        return;

      case 'conversation.item.added':
        for (const id of [event.item.id, event.item.type === 'function_call_output' ? event.item.call_id : undefined]) {
          if (id != null) this.#step({ type: 'acknowledge', id }, output, nowMs);
        }
        return;

      case 'conversation.item.input_audio_transcription.delta':
        if (event.delta == null || event.delta === '' || this.#transcribedTurns.has(event.item_id)) return;
        events.push({ type: 'transcript-delta', role: 'user', turnId: event.item_id, delta: event.delta });
        return;
      case 'conversation.item.input_audio_transcription.completed':
        return this.#transcribed(event.item_id, event.transcript ?? undefined, output);
      case 'conversation.item.input_audio_transcription.failed':
        this.#transcribed(event.item_id, undefined, output);
        events.push({ type: 'provider-raw', name: event.type, raw: event });
        return;

      case 'response.created':
        return this.#responseCreated(event.response.id, event.response.metadata?.['client_event_id'], output, nowMs);
      case 'response.content_part.added':
        if (event.part?.type?.includes('audio') === true && event.content_index != null && event.content_index > 0) {
          this.#contentIndexes.set(event.item_id, event.content_index);
        }
        return;
      case 'response.output_audio.delta': {
        this.#ensureStarted(event.response_id, output);
        if (!this.#responses.isHeard(event.response_id)) return;
        const audio = this.#audio(event.response_id, event.item_id, decodeBase64(event.delta));
        if (audio !== undefined) events.push(audio);
        return;
      }
      case 'response.output_audio_transcript.delta':
      case 'response.output_text.delta': {
        const { response_id: turnId, item_id: itemId, delta } = event;
        this.#ensureStarted(turnId, output);
        if (delta == null || delta === '' || !this.#responses.isHeard(turnId)) return;
        this.#texts.append(itemId, event.content_index ?? 0, delta);
        events.push({ type: 'transcript-delta', role: 'assistant', turnId, itemId, delta });
        return;
      }
      case 'response.output_audio_transcript.done':
        return this.#textDone(event, event.transcript, output);
      case 'response.output_text.done':
        return this.#textDone(event, event.text, output);

      case 'response.output_item.done':
        return this.#itemDone(event.response_id, event.item, output);
      case 'response.done':
        return this.#responseDone(event.response, output, nowMs);
      case 'error':
        return this.#error(event.error, output, nowMs);
    }
  }

  /** What the gateway asks. */
  #send(command: SessionCommand, output: Output, nowMs: number): void {
    switch (command.type) {
      case 'audio-commit':
        return this.#commit(output, nowMs);
      case 'audio-clear':
        this.#input.cleared();
        push(output, { type: 'input_audio_buffer.clear' });
        return;
      case 'text-append': {
        const id = this.#mintItemId();
        push(output, {
          type: 'conversation.item.create',
          event_id: `item-${id}`,
          item: { type: 'message', id, role: 'user', content: [{ type: 'input_text', text: command.text }] },
        });
        this.#step({ type: 'request', request: { unacknowledged: [id] } }, output, nowMs);
        return;
      }
      case 'response-cancel':
        this.#responses.mute(command.responseId);
        this.#step({ type: 'cancel', responseId: command.responseId }, output, nowMs);
        return;
      case 'response-truncate':
        return this.#truncate(command, output);
      case 'tool-result': {
        const callId = acceptedCallId(command.callId);
        push(output, {
          type: 'conversation.item.create',
          event_id: `output-${callId}`,
          item: { type: 'function_call_output', call_id: callId, output: command.output },
        });
        this.#goOn(this.#tools.answered(callId), output, nowMs);
        return;
      }
    }
  }

  #sessionCreated(session: Record<string, unknown>, output: Output): void {
    const { expires_at: expiresAt } = sessionSchema.parse(session);
    if (expiresAt != null) this.#expiresAtMs = expiresAt * 1000;
    if (this.#dialect !== undefined) return;
    this.#dialect = detectDialect(session);
    output.frames.push(this.#sessionUpdate(this.#dialect));
  }

  #sessionUpdated(session: Record<string, unknown>, output: Output, nowMs: number): void {
    if (this.#isReady || this.#dialect === undefined) return;
    const { model, voice, audio, output_audio_format: betaFormat, expires_at: expiresAt } = sessionSchema.parse(session);
    const format = audio?.output?.format?.type ?? betaFormat;
    if (format != null && format !== 'audio/pcm' && format !== 'pcm16') {
      const message = `The provider answers in the audio format ${format}, although PCM16 was asked for.`;
      this.#fail({ type: 'provider-error', code: 'PROVIDER_ERROR', message, fatal: true, retryable: false }, output);
      return;
    }
    this.#isReady = true;
    if (expiresAt != null) this.#expiresAtMs = expiresAt * 1000;
    const gaVoice = audio?.output?.voice;
    const actualVoice = (typeof gaVoice === 'object' ? gaVoice?.id : gaVoice) ?? voice;
    output.events.push({
      type: 'session-ready',
      ...(model == null ? {} : { model }),
      ...(actualVoice == null ? {} : { voice: actualVoice }),
      ignored: ignoredSettings(this.#dialect, this.#config),
      ...(this.#expiresAtMs === undefined ? {} : { expiresAtMs: this.#expiresAtMs }),
    });
    this.#begin(this.#dialect, output, nowMs);
  }

  /** Retells the conversation so far, or opens a new one with the first message. */
  #begin(dialect: OpenAIDialect, output: Output, nowMs: number): void {
    const { continuation, firstMessage } = this.#config;
    for (const [index, item] of seedItems(continuation?.history ?? [], dialect).entries()) {
      push(output, { type: 'conversation.item.create', event_id: `seed-${index + 1}`, item });
    }
    for (const callId of openCalls(continuation?.history ?? [])) this.#tools.called(EARLIER_CALLS, callId);
    this.#tools.responseOver(EARLIER_CALLS);
    if (continuation !== undefined || firstMessage === undefined) return;
    const instructions = `Say exactly the following to the user, word for word, and nothing else: ${JSON.stringify(firstMessage)}`;
    this.#step({ type: 'request', request: { instructions, unacknowledged: [] } }, output, nowMs);
  }

  #commit(output: Output, nowMs: number): void {
    const { uncommittedBytes } = this.#input;
    const isManual = this.#config.turnDetection === 'manual';
    if (uncommittedBytes === 0 || (!isManual && uncommittedBytes < MIN_COMMIT_BYTES)) return;
    if (uncommittedBytes < MIN_COMMIT_BYTES) {
      const missingMs = (MIN_COMMIT_BYTES - uncommittedBytes) / BYTES_PER_MS;
      output.frames.push(...this.appendAudio(silence(missingMs, OPENAI_SAMPLE_RATE_HZ)));
    }
    const { eventId } = this.#input.commit(this.#responses.runningId);
    push(output, { type: 'input_audio_buffer.commit', event_id: eventId });
    // With the vendor's own turn detection it is not known yet who commits first, and so who asks for the answer.
    if (isManual) this.#step({ type: 'request', request: { unacknowledged: [eventId] } }, output, nowMs);
  }

  #committed(turnId: string, output: Output, nowMs: number): void {
    const ours = this.#input.committed(turnId);
    if (this.#input.speakingTurnId === turnId) this.#endSpeech(output);
    output.events.push({ type: 'input-commit', turnId });
    this.#step({ type: 'release' }, output, nowMs);
    if (ours === undefined) return;
    if (this.#config.turnDetection === 'manual') {
      this.#step({ type: 'acknowledge', id: ours.eventId }, output, nowMs);
      return;
    }
    // A response that began since we asked is the vendor's own answer to this turn.
    const running = this.#responses.runningId;
    if (running !== undefined && running !== ours.runningResponseId) return;
    this.#step({ type: 'request', request: { unacknowledged: [] } }, output, nowMs);
  }

  #responseCreated(responseId: string, mark: unknown, output: Output, nowMs: number): void {
    const eventId = typeof mark === 'string' ? mark : undefined;
    this.#step({ type: 'created', responseId, eventId }, output, nowMs);
    this.#ensureStarted(responseId, output);
  }

  #ensureStarted(responseId: string, output: Output): void {
    if (this.#responses.start(responseId)) output.events.push({ type: 'response-start', responseId });
  }

  #audio(responseId: string, itemId: string, bytes: Uint8Array): SessionEvent | undefined {
    if (itemId !== this.#alignedItemId) {
      this.#alignedItemId = itemId;
      this.#aligner.reset();
    }
    const pcm = this.#aligner.push(bytes);
    return pcm.byteLength === 0 ? undefined : { type: 'audio-delta', responseId, itemId, pcm };
  }

  #textDone(
    { response_id: turnId, item_id: itemId, content_index: contentIndex }: TextDone,
    text: string | null | undefined,
    output: Output,
  ): void {
    if (text == null || !this.#responses.isHeard(turnId)) return;
    const whole = this.#texts.settle(itemId, contentIndex ?? 0, text);
    if (whole === undefined) return;
    output.events.push({ type: 'transcript-replace', role: 'assistant', turnId, itemId, text: whole });
  }

  /** Calls of an interrupted response come through too: only a completed one was written to its end. */
  #itemDone(responseId: string, item: WireItem, output: Output): void {
    const { call_id: callId, name } = item;
    if (item.type !== 'function_call' || item.status !== 'completed' || callId == null || name == null) return;
    if (!this.#responses.isOpen(responseId) || !this.#tools.called(responseId, callId)) return;
    output.events.push({ type: 'tool-call', callId, name, arguments: item.arguments ?? '', responseId });
  }

  #responseDone(response: ResponseDone, output: Output, nowMs: number): void {
    const { id: responseId, output: items } = response;
    const usage = readRealtimeUsage(response.usage);
    const { error, ...end } = readResponseEnd(response.status, response.status_details);
    for (const item of items ?? []) this.#itemDone(responseId, item, output);
    if (this.#responses.end(responseId)) {
      output.events.push({ type: 'response-end', responseId, ...end, ...(usage === undefined ? {} : { usage }) });
      this.#texts.clear();
      this.#contentIndexes.clear();
    } else if (usage !== undefined) {
      output.events.push({ type: 'usage-report', responseId, usage });
    }
    if (error !== undefined) this.#fail(toProviderError(error), output);
    this.#step({ type: 'done', responseId }, output, nowMs);
    this.#goOn(this.#tools.responseOver(responseId), output, nowMs);
  }

  #goOn(answeredCalls: readonly string[] | undefined, output: Output, nowMs: number): void {
    if (answeredCalls === undefined) return;
    this.#step({ type: 'request', request: { unacknowledged: answeredCalls } }, output, nowMs);
  }

  #transcribed(turnId: string, text: string | undefined, output: Output): void {
    if (this.#transcribedTurns.has(turnId)) return;
    this.#transcribedTurns.add(turnId);
    output.events.push({ type: 'transcript-end', role: 'user', turnId, ...(text === undefined ? {} : { text }) });
  }

  #truncate({ items }: ResponseTruncateCommand, output: Output): void {
    for (const cut of planTruncation(items)) {
      if (cut.type === 'delete') {
        push(output, { type: 'conversation.item.delete', item_id: cut.itemId });
      } else {
        push(output, {
          type: 'conversation.item.truncate',
          item_id: cut.itemId,
          content_index: this.#contentIndexes.get(cut.itemId) ?? 0,
          audio_end_ms: cut.audioEndMs,
        });
      }
    }
  }

  #error(value: unknown, output: Output, nowMs: number): void {
    const error = readOpenAIError(value);
    if (!this.#isReady) {
      // Refused as a whole: without its instructions, voice and tools there is no session to speak of.
      if (!isHarmless(error)) this.#fail({ ...toProviderError(error), fatal: true }, output);
      return;
    }
    const { eventId } = error;
    const isBusy = error.code === 'conversation_already_has_active_response';
    if (error.code === 'response_cancel_not_active') this.#step({ type: 'cancel-refused' }, output, nowMs);
    if (error.code === 'input_audio_buffer_commit_empty') this.#input.refused(eventId);
    if (eventId !== undefined) {
      const reason = isBusy ? 'busy' : error.type === 'server_error' ? 'failed' : 'invalid';
      this.#step({ type: 'refused', eventId, reason }, output, nowMs);
    }
    if (!isHarmless(error)) this.#fail(toProviderError(error), output);
  }

  /** Reports an error; after a fatal one there is nothing more to say. */
  #fail(error: ProviderErrorEvent, output: Output): void {
    if (this.#hasFailed) return;
    this.#hasFailed = error.fatal;
    output.events.push(error);
  }

  #endSpeech(output: Output): void {
    const turnId = this.#input.speakingTurnId;
    if (turnId === undefined) return;
    this.#input.speechStopped(turnId);
    output.events.push({ type: 'speech-end', turnId });
  }

  #step(input: ResponseQueueInput, output: Output, nowMs: number): void {
    const { state, effects } = stepResponseQueue(this.#queue, input, nowMs);
    this.#queue = state;
    for (const effect of effects) this.#perform(effect, output);
  }

  #perform(effect: ResponseQueueEffect, output: Output): void {
    switch (effect.type) {
      case 'create': {
        const { eventId, instructions } = effect;
        push(output, {
          type: 'response.create',
          event_id: eventId,
          response: {
            metadata: { client_event_id: eventId },
            ...(instructions === undefined ? {} : { instructions, tool_choice: 'none' }),
          },
        });
        return;
      }
      case 'cancel':
        push(output, { type: 'response.cancel', response_id: effect.responseId });
        return;
      case 'unwanted':
        this.#responses.exclude(effect.responseId);
        return;
      case 'expired': {
        const message = 'The provider did not start a response within 10 seconds.';
        this.#fail({ type: 'provider-error', code: 'PROVIDER_ERROR', message, fatal: false, retryable: true }, output);
        return;
      }
      case 'vanished': {
        const { responseId } = effect;
        if (!this.#responses.end(responseId)) return;
        output.events.push({ type: 'response-end', responseId, status: 'cancelled', reason: 'client_cancelled' });
        return;
      }
    }
  }

  #sessionUpdate(dialect: OpenAIDialect): string {
    return JSON.stringify(buildSessionUpdate(dialect, this.#config, this.#options));
  }
}

type ResponseDone = Extract<OpenAIServerEvent, { type: 'response.done' }>['response'];
type TextDone = Pick<
  Extract<OpenAIServerEvent, { type: 'response.output_text.done' }>,
  'response_id' | 'item_id' | 'content_index'
>;

function push(output: Output, event: OpenAIClientEvent): void {
  output.frames.push(JSON.stringify(event));
}

function eventName(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  return typeof value.type === 'string' && value.type !== '' ? value.type : undefined;
}

function raw(name: string, value: unknown): CodecOutput {
  return { events: [{ type: 'provider-raw', name, raw: value }], frames: [] };
}
