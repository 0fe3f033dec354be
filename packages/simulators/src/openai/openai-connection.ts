import type { ProviderFrame } from '@speko/adapter';
import {
  type SimulatedConnection,
  type SimulatedUpgrade,
  type SimulatorOutput,
  Agenda,
  type VadEvent,
} from '@speko/simulator-kit';
import { z } from 'zod';
import { fromBeta, toBeta } from './beta-translation.ts';
import { type ClientEvent, clientEventSchema } from './client-events.ts';
import type { SimulatedEvent } from './server-events.ts';
import { defaultSession, type SimulatedSession, updateSession } from './session-settings.ts';
import { SimulatedConversation } from './simulated-conversation.ts';
import { SimulatedInput } from './simulated-input.ts';
import { SimulatedModel } from './simulated-model.ts';
import { faultsOfModel, modelOf, rejectionOf, type SimulatedFault } from './simulator-faults.ts';
import type { SimulatorSettings } from './simulator-options.ts';
import { refusalOf, VendorError } from './vendor-error.ts';

const EXPIRY_MESSAGE = 'Your session hit the maximum duration of 60 minutes.';
const EXPIRES_FAULT_MS = 5000;

type End = NonNullable<SimulatorOutput['end']>;
/** One session with the simulated service. */
export class OpenAIConnection implements SimulatedConnection {
  readonly #settings: SimulatorSettings;
  readonly #request: SimulatedUpgrade;
  readonly #faults: ReadonlySet<SimulatedFault>;
  readonly #agenda = new Agenda();
  readonly #input = new SimulatedInput();
  readonly #conversation: SimulatedConversation;
  readonly #counts = new Map<string, number>();
  #session: SimulatedSession;
  readonly #model: SimulatedModel;
  #speechItemId: string | undefined;
  #userTurnCount = 0;
  #isSilent = false;
  #frames: string[] = [];
  #end: End | undefined;

  constructor(request: SimulatedUpgrade, settings: SimulatorSettings) {
    const model = modelOf(request) ?? '';
    this.#request = request;
    this.#settings = settings;
    this.#faults = new Set([...settings.faults, ...faultsOfModel(model)]);
    this.#conversation = new SimulatedConversation((kind) => this.mintId(kind));
    this.#model = new SimulatedModel({
      host: this,
      settings,
      faults: this.#faults,
      conversation: this.#conversation,
      agenda: this.#agenda,
      session: () => this.#session,
    });
    const expiresAtSeconds = Math.floor((settings.epochMs() + this.#maxAgeMs()) / 1000);
    this.#session = defaultSession({ id: this.mintId('sess'), model, expiresAtSeconds });
  }

  get wakeAtMs(): number | undefined {
    return this.#end === undefined ? this.#agenda.nextMs : undefined;
  }

  open(nowMs: number): SimulatorOutput {
    return this.#collect(() => {
      const rejection = rejectionOf(this.#request, this.#settings.dialect);
      if (rejection !== undefined) {
        const { error, closeCode } = rejection;
        this.emit({ type: 'error', error: { ...error, param: null, event_id: null } });
        this.#close(closeCode, `${error.type}.${error.code}`);
        return;
      }
      this.emit({ type: 'session.created', session: this.#session });
      this.#agenda.add(nowMs + this.#maxAgeMs(), () => this.#expire());
    });
  }

  receive(frame: ProviderFrame, nowMs: number): SimulatorOutput {
    return this.#collect(() => {
      let eventId: string | null = null;
      try {
        const json = readJson(frame);
        if (typeof json['event_id'] === 'string') eventId = json['event_id'];
        const current = this.#settings.dialect === 'beta' ? fromBeta(json) : json;
        const parsed = clientEventSchema.safeParse(current, { reportInput: true });
        if (!parsed.success) throw unknownType(current) ?? refusalOf(parsed.error);
        this.#handle(parsed.data, nowMs);
      } catch (error) {
        if (!(error instanceof VendorError)) throw error;
        const { type, code, message, param } = error;
        this.emit({ type: 'error', error: { type, code, message, param, event_id: eventId } });
      }
    });
  }

  wake(nowMs: number): SimulatorOutput {
    return this.#collect(() => this.#agenda.runDue(nowMs));
  }

  /** Sends an event under a new id, in the dialect of this server. */
  emit(event: SimulatedEvent): void {
    if (this.#isSilent) return;
    const { type, ...rest } = event;
    const current = { type, event_id: this.mintId('event'), ...rest };
    const sent = this.#settings.dialect === 'beta' ? toBeta(current) : current;
    if (sent !== undefined) this.#frames.push(JSON.stringify(sent));
  }

  mintId(kind: string): string {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return `${kind}_sim${String(count).padStart(6, '0')}`;
  }

  /** A fault of the connection strikes. */
  breakDown(fault: 'drop' | 'close-1011' | 'stall'): void {
    if (fault === 'drop') this.#end = { type: 'drop' };
    else if (fault === 'close-1011') this.#close(1011, 'Internal server error');
    else this.#isSilent = true;
  }

  #collect(work: () => void): SimulatorOutput {
    if (this.#end !== undefined) return { frames: [] };
    work();
    const frames = this.#frames;
    this.#frames = [];
    return { frames, ...(this.#end === undefined ? {} : { end: this.#end }) };
  }

  #handle(event: ClientEvent, nowMs: number): void {
    switch (event.type) {
      case 'session.update':
        this.#session = updateSession(this.#session, event.session, this.#model.hasSpoken);
        this.emit({ type: 'session.updated', session: this.#session });
        return;
      case 'session.close':
        this.#close(1000, '');
        return;
      case 'input_audio_buffer.append': {
        const { format, turn_detection: turnDetection } = this.#session.audio.input;
        for (const heard of this.#input.append(event.audio, format, turnDetection)) this.#heard(heard, nowMs);
        return;
      }
      case 'input_audio_buffer.commit': {
        const itemId = this.#speechItemId ?? this.mintId('item');
        this.#commit(itemId, undefined, nowMs);
        return;
      }
      case 'input_audio_buffer.clear':
        this.#input.clear();
        this.#speechItemId = undefined;
        this.emit({ type: 'input_audio_buffer.cleared' });
        return;
      case 'conversation.item.create': {
        const { item, previousId } = this.#conversation.create(event.item, event.previous_item_id);
        this.emit({ type: 'conversation.item.added', previous_item_id: previousId, item });
        this.emit({ type: 'conversation.item.done', previous_item_id: previousId, item });
        return;
      }
      case 'conversation.item.delete':
        this.#conversation.delete(event.item_id);
        this.emit({ type: 'conversation.item.deleted', item_id: event.item_id });
        return;
      case 'conversation.item.retrieve':
        this.emit({ type: 'conversation.item.retrieved', item: this.#conversation.retrieve(event.item_id) });
        return;
      case 'conversation.item.truncate': {
        const { item_id, content_index, audio_end_ms } = event;
        this.#conversation.truncate(item_id, content_index, audio_end_ms);
        this.emit({ type: 'conversation.item.truncated', item_id, content_index, audio_end_ms });
        return;
      }
      case 'response.create':
        return this.#model.create(event.response, nowMs);
      case 'response.cancel':
        return this.#model.cancel(event.response_id);
    }
  }

  #heard(heard: VadEvent, nowMs: number): void {
    const turnDetection = this.#session.audio.input.turn_detection;
    if (heard.type === 'start') {
      this.#speechItemId = this.mintId('item');
      this.emit({
        type: 'input_audio_buffer.speech_started',
        audio_start_ms: heard.audioStartMs,
        item_id: this.#speechItemId,
      });
      if (turnDetection?.interrupt_response === true) this.#model.cutShort('turn_detected');
      return;
    }
    const itemId = this.#speechItemId ?? this.mintId('item');
    this.emit({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: heard.audioEndMs, item_id: itemId });
    this.#commit(itemId, heard.speechMs, nowMs);
    if (turnDetection?.create_response === true && !this.#model.isRunning) this.#model.respond(undefined, nowMs);
  }

  #commit(itemId: string, heardSpeechMs: number | undefined, nowMs: number): void {
    const { samples, durationMs } = this.#input.commit();
    const speechMs = heardSpeechMs ?? durationMs;
    this.#speechItemId = undefined;
    const item = {
      id: itemId,
      object: 'realtime.item',
      type: 'message',
      status: 'completed',
      role: 'user',
      content: [{ type: 'input_audio', transcript: null }],
    } satisfies Extract<SimulatedEvent, { type: 'conversation.item.added' }>['item'];
    const previousId = this.#conversation.append({ item, audioMs: 0, userAudio: { samples, speechMs } });
    this.emit({ type: 'input_audio_buffer.committed', previous_item_id: previousId, item_id: itemId });
    this.emit({ type: 'conversation.item.added', previous_item_id: previousId, item });
    this.emit({ type: 'conversation.item.done', previous_item_id: previousId, item });
    this.#transcribe(itemId, speechMs, nowMs);
    this.#userTurnCount += 1;
  }

  #transcribe(itemId: string, speechMs: number, nowMs: number): void {
    if (this.#session.audio.input.transcription === null) return;
    const { transcribe, transcriptionDelaysMs } = this.#settings;
    const delayMs = transcriptionDelaysMs[this.#userTurnCount % transcriptionDelaysMs.length] ?? 0;
    const transcript = transcribe({ speechMs, userTurnIndex: this.#userTurnCount });
    const place = { item_id: itemId, content_index: 0 };
    this.#agenda.add(nowMs + delayMs, () => {
      if (this.#faults.has('transcription-failed')) {
        const error = {
          type: 'server_error',
          code: 'audio_unintelligible',
          message: 'The audio could not be transcribed.',
        };
        this.emit({ type: 'conversation.item.input_audio_transcription.failed', ...place, error });
        return;
      }
      const inputTokens = Math.ceil(speechMs / 100);
      const outputTokens = Math.ceil(transcript.length / 4);
      for (const delta of transcript.match(/\S+\s*/g) ?? []) {
        this.emit({ type: 'conversation.item.input_audio_transcription.delta', ...place, delta });
      }
      this.emit({
        type: 'conversation.item.input_audio_transcription.completed',
        ...place,
        transcript,
        usage: this.#faults.has('transcription-duration')
          ? { type: 'duration', seconds: speechMs / 1000 }
          : {
              type: 'tokens',
              total_tokens: inputTokens + outputTokens,
              input_tokens: inputTokens,
              output_tokens: outputTokens,
              input_token_details: { text_tokens: 0, audio_tokens: inputTokens },
            },
      });
    });
  }

  #maxAgeMs(): number {
    return this.#faults.has('session-expires') ? EXPIRES_FAULT_MS : this.#settings.sessionMaxAgeMs;
  }

  #expire(): void {
    const error = { type: 'invalid_request_error', code: 'session_expired', message: EXPIRY_MESSAGE };
    this.emit({ type: 'error', error: { ...error, param: null, event_id: null } });
    this.#close(1001, EXPIRY_MESSAGE);
  }

  #close(code: number, reason: string): void {
    this.#end = { type: 'close', code, reason };
    this.#agenda.clear();
  }
}

/** @throws VendorError */
function readJson(frame: ProviderFrame): Record<string, unknown> {
  if (typeof frame !== 'string') {
    throw new VendorError({ code: 'invalid_event', message: 'Binary messages are not supported; send JSON as text.' });
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(frame));
  } catch {
    throw new VendorError({ code: 'invalid_json', message: 'The message is not a JSON object.' });
  }
}

function unknownType(event: Readonly<Record<string, unknown>>): VendorError | undefined {
  const { type } = event;
  if (type === undefined) {
    return new VendorError({
      code: 'missing_required_parameter',
      message: "Missing required parameter: 'type'.",
      param: 'type',
    });
  }
  const types = clientEventSchema.options.map((option) => option.shape.type.value);
  if (types.includes(type as ClientEvent['type'])) return undefined;
  return new VendorError({
    code: 'invalid_value',
    message: `Invalid value: '${JSON.stringify(type).replaceAll('"', '').slice(0, 60)}'. Supported values are: ${types.map((known) => `'${known}'`).join(', ')}.`,
    param: 'type',
  });
}
