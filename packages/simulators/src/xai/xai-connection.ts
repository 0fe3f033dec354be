import type { ProviderFrame } from '@speko/adapter';
import {
  type SimulatedConnection,
  type SimulatedUpgrade,
  type SimulatorOutput,
  Agenda,
  type VadEvent,
} from '@speko/simulator-kit';
import { type ClientEvent, type ClientItem, readClientEvent, type ResponseParameters } from './client-events.ts';
import type { ConversationCache } from './conversation-cache.ts';
import { Outbox } from './outbox.ts';
import { checkMetadata, echoSettings, FRESH_SESSION, updateSettings } from './session-settings.ts';
import {
  completeItem,
  type ConversationEntry,
  joinedAudio,
  type SimulatedConversation,
  spokenItem,
  type UserAudio,
} from './simulated-conversation.ts';
import { SimulatedInput } from './simulated-input.ts';
import { SimulatedModel } from './simulated-model.ts';
import { SimulatedTranscriber, TRANSCRIPTION } from './simulated-transcriber.ts';
import { faultsOfModel, keyOf, queryOf } from './simulator-faults.ts';
import type { SimulatorSettings } from './simulator-options.ts';
import { VendorError } from './vendor-error.ts';

const DEFAULT_VOICE = 'ara';
const MAX_DURATION_FAULT_MS = 5000;

export interface XaiConnectionOptions {
  readonly request: SimulatedUpgrade;
  readonly settings: SimulatorSettings;
  readonly cache: ConversationCache;
  readonly nowMs: number;
}

/** One session with the simulated service: what the client sends, checked and heard. */
export class XaiConnection implements SimulatedConnection {
  readonly #settings: SimulatorSettings;
  readonly #modelName: string;
  readonly #outbox: Outbox;
  readonly #model: SimulatedModel;
  readonly #conversation: SimulatedConversation;
  readonly #isResumed: boolean;
  readonly #agenda = new Agenda();
  readonly #input = new SimulatedInput();
  readonly #transcriber: SimulatedTranscriber;
  #session = FRESH_SESSION;
  #isConfigured = false;
  #speechItemId: string | undefined;
  #lastAudioMs: number;
  #ignoredCreates = 0;

  constructor({ request, settings, cache, nowMs }: XaiConnectionOptions) {
    const model = queryOf(request, 'model') ?? '';
    const bareModel = model.replace(/[-:]?fault-.*$/, '');
    this.#settings = settings;
    this.#lastAudioMs = nowMs;
    const idPrefix = hash(`${request.url} ${keyOf(request) ?? ''} ${nowMs}`);
    this.#outbox = new Outbox(new Set([...settings.faults, ...faultsOfModel(model)]), idPrefix);
    this.#modelName = settings.models.includes(bareModel) ? bareModel : (settings.models[0] ?? bareModel);
    const wantedId = queryOf(request, 'conversation_id');
    const { conversation, isResumed } = cache.take(wantedId, `conv-${idPrefix}`, nowMs);
    this.#conversation = conversation;
    this.#isResumed = isResumed;
    this.#transcriber = new SimulatedTranscriber({
      settings,
      conversation,
      outbox: this.#outbox,
      agenda: this.#agenda,
    });
    this.#model = new SimulatedModel({
      settings,
      conversation,
      outbox: this.#outbox,
      agenda: this.#agenda,
      session: () => this.#session,
      openedAtMs: nowMs,
    });
  }

  get wakeAtMs(): number | undefined {
    return this.#outbox.isOpen ? this.#agenda.nextMs : undefined;
  }

  open(nowMs: number): SimulatorOutput {
    return this.#collect(nowMs, () => {
      const first = () => {
        if (this.#outbox.has('no-session-created')) return;
        this.#outbox.emit({ type: 'session.created', session: this.#createdSession() });
      };
      if (!this.#outbox.has('conversation-first')) first();
      const { id } = this.#conversation;
      this.#outbox.emit({ type: 'conversation.created', conversation: { id, object: 'realtime.conversation' } });
      if (this.#outbox.has('conversation-first')) first();
      this.#ping(nowMs);
      this.#agenda.add(nowMs + this.#maxAgeMs(), () => this.#expire());
      this.#watchActivity(nowMs);
    });
  }

  receive(frame: ProviderFrame, nowMs: number): SimulatorOutput {
    return this.#collect(nowMs, () => {
      try {
        this.#handle(readClientEvent(frame), nowMs);
      } catch (error) {
        if (!(error instanceof VendorError)) throw error;
        this.#outbox.refuse(error);
      }
    });
  }

  wake(nowMs: number): SimulatorOutput {
    return this.#collect(nowMs, () => this.#agenda.runDue(nowMs));
  }

  #collect(nowMs: number, work: () => void): SimulatorOutput {
    if (!this.#outbox.isOpen) return { frames: [] };
    this.#conversation.lastUsedMs = nowMs;
    work();
    return this.#outbox.take();
  }

  #handle(event: ClientEvent, nowMs: number): void {
    switch (event.type) {
      case 'session.update':
        return this.#update(event.session);
      case 'input_audio_buffer.append':
        return this.#append(event.audio, nowMs);
      case 'input_audio_buffer.commit': {
        if (this.#session.turnDetection !== undefined) {
          const message = 'input_audio_buffer.commit is valid only when turn_detection.type is null.';
          throw new VendorError({ code: 'invalid_value', message });
        }
        const { samples, durationMs } = this.#input.commit();
        return this.#commit(this.#outbox.mintId('item'), { samples, speechMs: durationMs }, nowMs);
      }
      case 'input_audio_buffer.clear':
        this.#input.clear();
        this.#speechItemId = undefined;
        return this.#outbox.emit({ type: 'input_audio_buffer.cleared' });
      case 'conversation.item.create':
        return this.#create(event.item, nowMs);
      case 'conversation.item.delete':
        if (!this.#conversation.delete(event.item_id)) throw unknownItem(event.item_id);
        // The service does not say which, so clients match these to their requests in order.
        return this.#outbox.emit({ type: 'conversation.item.deleted', item_id: '' });
      case 'conversation.item.truncate':
        return this.#truncate(event.item_id, event.content_index, event.audio_end_ms);
      case 'response.create':
        return this.#createResponse(event.response ?? undefined, nowMs);
      case 'response.cancel':
        if (
          this.#model.running === undefined ||
          (event.response_id ?? this.#model.running.run.id) !== this.#model.running.run.id
        ) {
          throw new VendorError({ message: 'Cancellation failed: no active response found' });
        }
        return this.#model.cutShort(nowMs);
      case 'pong':
        return;
    }
  }

  #update(update: unknown): void {
    this.#session = updateSettings(this.#session, update);
    this.#conversation.isKept = this.#session.isResumable;
    if (!this.#isConfigured && this.#isResumed && this.#session.isResumable) {
      for (const item of this.#conversation.replay(() => this.#outbox.mintId('item'))) {
        this.#outbox.emit({ type: 'conversation.item.added', previous_item_id: null, item });
      }
    }
    this.#isConfigured = true;
    const { voices } = this.#settings;
    const spoken = voices.includes(this.#session.voice.toLowerCase())
      ? this.#session.voice.toLowerCase()
      : DEFAULT_VOICE;
    const voice = this.#outbox.has('voice-echo') ? spoken : undefined;
    this.#outbox.emit({ type: 'session.updated', session: echoSettings(this.#session, voice) });
  }

  #createdSession() {
    return {
      id: this.#outbox.mintId('session'),
      object: 'realtime.session',
      model: this.#modelName,
      voice: `xai_${DEFAULT_VOICE}`,
      modalities: ['audio'],
      turn_detection: { type: null },
      tools: [],
      instructions: '',
    };
  }

  #append(audio: string, nowMs: number): void {
    this.#lastAudioMs = nowMs;
    if (this.#model.running?.isUninterruptible === true) return;
    const { inputRateHz, turnDetection } = this.#session;
    for (const heard of this.#input.append(audio, inputRateHz, turnDetection)) this.#heard(heard, nowMs);
  }

  #heard(heard: VadEvent, nowMs: number): void {
    if (heard.type === 'start') return this.#speechStarted(heard.audioStartMs, nowMs);
    const itemId = this.#speechItemId ?? this.#outbox.mintId('item');
    this.#speechItemId = undefined;
    const turn = this.#session.transcribes ? this.#transcriber.textOf(itemId, heard.speechMs) : undefined;
    if (turn !== undefined && !this.#outbox.has('growing-transcripts')) {
      const part = turn.split(' ').slice(0, 2).join(' ');
      this.#outbox.emit({ type: `${TRANSCRIPTION}.updated`, item_id: itemId, transcript: part });
      this.#outbox.emit({
        type: `${TRANSCRIPTION}.completed`,
        item_id: itemId,
        transcript: part,
        status: 'in_progress',
      });
    }
    this.#outbox.emit({ type: 'input_audio_buffer.speech_stopped', item_id: itemId, audio_end_ms: heard.audioEndMs });
    this.#commit(itemId, { samples: this.#input.commit().samples, speechMs: heard.speechMs }, nowMs);
    this.#model.respond({ answersItemId: itemId }, nowMs);
  }

  #speechStarted(audioStartMs: number, nowMs: number): void {
    const running = this.#model.running;
    const continued =
      this.#outbox.has('continued-items') && running?.run.wasHeard === false ? running.answersItemId : undefined;
    if (continued !== undefined) this.#model.forget();
    const itemId = continued ?? this.#outbox.mintId('item');
    this.#speechItemId = itemId;
    const event = {
      type: 'input_audio_buffer.speech_started',
      item_id: itemId,
      audio_start_ms: audioStartMs,
    };
    this.#outbox.emit(event);
    if (this.#outbox.has('speech-started-twice')) this.#outbox.emit(event);
    if (continued === undefined) {
      const entry: ConversationEntry = { item: spokenItem(itemId, 'in_progress'), audioMs: 0 };
      const previousId = this.#conversation.append(entry);
      this.#outbox.emit({ type: 'conversation.item.added', previous_item_id: previousId, item: entry.item });
    }
    if (this.#model.running !== undefined) this.#model.cutShort(nowMs);
  }

  #commit(itemId: string, audio: UserAudio, nowMs: number): void {
    const known = this.#conversation.find(itemId);
    const entry: ConversationEntry = known ?? { item: spokenItem(itemId, 'in_progress'), audioMs: 0 };
    const previousId = known === undefined ? this.#conversation.append(entry) : null;
    const earlier = entry.userAudio;
    entry.userAudio = earlier === undefined ? audio : joinedAudio(earlier, audio);
    entry.item = spokenItem(itemId, 'completed');
    entry.isAnswered = false;
    this.#outbox.emit({ type: 'input_audio_buffer.committed', item_id: itemId, previous_item_id: previousId });
    if (known === undefined) {
      this.#outbox.emit({ type: 'conversation.item.added', previous_item_id: previousId, item: entry.item });
    }
    this.#transcriber.transcribe(itemId, entry.userAudio.speechMs, nowMs);
  }

  #create(item: ClientItem, nowMs: number): void {
    if (item.type === 'force_message') {
      const text = item.content.map((part) => part.text ?? '').join('');
      return this.#model.respond({ reply: { text }, isUninterruptible: !item.interruptible }, nowMs);
    }
    // LiveKit waits for its own id to come back.
    const itemId = item.id ?? this.#outbox.mintId('item');
    if (this.#conversation.find(itemId) !== undefined) {
      throw new VendorError({ code: 'invalid_value', message: `There already is an item ${itemId}.` });
    }
    const created = completeItem(item, itemId);
    const previousId = this.#conversation.append({ item: created, audioMs: 0 });
    this.#outbox.emit({ type: 'conversation.item.added', previous_item_id: previousId, item: created });
  }

  #createResponse(parameters: ResponseParameters | undefined, nowMs: number): void {
    checkMetadata(parameters?.metadata ?? {});
    if (this.#model.running !== undefined) {
      const code = 'conversation_already_has_active_response';
      throw new VendorError({
        code,
        message: `Conversation already has an active response: ${this.#model.running.run.id}.`,
      });
    }
    if (this.#outbox.has('no-answer') && this.#ignoredCreates === 0) {
      this.#ignoredCreates += 1;
      return;
    }
    this.#model.respond({ parameters }, nowMs);
  }

  #truncate(itemId: string, contentIndex: number, audioEndMs: number): void {
    const entry = this.#conversation.find(itemId);
    if (entry === undefined) throw unknownItem(itemId);
    const transcript = entry.item.content?.[0]?.transcript ?? '';
    const share = entry.audioMs === 0 ? 1 : Math.min(1, audioEndMs / entry.audioMs);
    const words = transcript.split(' ');
    const kept = words.slice(0, Math.floor(words.length * share)).join(' ');
    entry.audioMs = Math.min(entry.audioMs, audioEndMs);
    entry.item = { ...entry.item, content: [{ type: 'audio', transcript: kept }] };
    if (this.#outbox.has('truncate-ignored')) return;
    this.#outbox.emit({
      type: 'conversation.item.truncated',
      item_id: itemId,
      content_index: contentIndex,
      audio_end_ms: audioEndMs,
      transcript: kept,
    });
  }

  #ping(nowMs: number): void {
    this.#outbox.emit({ type: 'ping', timestamp: Math.round(nowMs) });
    this.#agenda.add(nowMs + this.#settings.pingIntervalMs, (atMs) => this.#ping(atMs));
  }

  #watchActivity(nowMs: number): void {
    const limitMs = this.#lastAudioMs + this.#settings.inactivityMs;
    if (nowMs >= limitMs) return this.#close(1001, 'Going away: closed for inactivity');
    this.#agenda.add(limitMs, (atMs) => this.#watchActivity(atMs));
  }

  #maxAgeMs(): number {
    return this.#outbox.has('max-duration') ? MAX_DURATION_FAULT_MS : this.#settings.sessionMaxAgeMs;
  }

  #expire(): void {
    const message = 'The session reached its maximum duration.';
    this.#outbox.refuse(new VendorError({ type: 'max_duration', code: 'max_duration', message }));
    this.#close(1000, '');
  }

  #close(code: number, reason: string): void {
    this.#outbox.end({ type: 'close', code, reason });
    this.#agenda.clear();
  }
}

function unknownItem(itemId: string): VendorError {
  return new VendorError({ code: 'invalid_value', message: `There is no item ${itemId}.` });
}

/** FNV-1a, 32 bits, as eight hexadecimal digits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, '0');
}
