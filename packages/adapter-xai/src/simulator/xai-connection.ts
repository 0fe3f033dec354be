import type { ProviderFrame } from '@speko/adapter';
import type { SimulatedConnection, SimulatedUpgrade, SimulatorOutput } from '@speko/adapter-kit';
import { Agenda, layOutResponse, type SimulatedReply, type VadEvent } from '@speko/adapter-kit/simulation';
import { type ClientEvent, type ClientItem, readClientEvent, type ResponseParameters } from './client-events.ts';
import type { ConversationCache } from './conversation-cache.ts';
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
import { type ResponseStatus, SimulatedResponseRun } from './simulated-response.ts';
import { describeTurn } from './simulated-turn.ts';
import { faultsOfModel, keyOf, queryOf, type SimulatedFault } from './simulator-faults.ts';
import type { SimulatorSettings } from './simulator-options.ts';
import { VendorError } from './vendor-error.ts';

/** Lengths of pieces of audio, as on the live service. */
const CHUNK_MS = [480, 120, 360, 600, 240];
const DEFAULT_VOICE = 'ara';
const FAULT_AFTER_DELTAS = 3;
const MAX_DURATION_FAULT_MS = 5000;
const DELTAS_AFTER_CANCEL = 2;
const LATE_DELTAS_MS = 200;
const AUDIO_TOKENS_PER_SECOND = 10;

type End = NonNullable<SimulatorOutput['end']>;

interface Running {
  readonly run: SimulatedResponseRun;
  /** When the model begins to answer. */
  readonly startMs: number;
  /** The caller's audio is thrown away while it lasts. */
  readonly isUninterruptible: boolean;
  /** The item of the turn that it answers, where the vendor's own turn detection began it. */
  readonly answersItemId: string | undefined;
}

export interface XaiConnectionOptions {
  readonly request: SimulatedUpgrade;
  readonly settings: SimulatorSettings;
  readonly cache: ConversationCache;
  readonly nowMs: number;
}

/** One session with the simulated service. */
export class XaiConnection implements SimulatedConnection {
  readonly #settings: SimulatorSettings;
  readonly #faults: ReadonlySet<SimulatedFault>;
  readonly #openedAtMs: number;
  /** Tells the ids of this connection from those of others. */
  readonly #idPrefix: string;
  readonly #model: string;
  readonly #conversation: SimulatedConversation;
  readonly #isResumed: boolean;
  readonly #agenda = new Agenda();
  readonly #input = new SimulatedInput();
  #session = FRESH_SESSION;
  #isConfigured = false;
  #running: Running | undefined;
  #speechItemId: string | undefined;
  #lastAudioMs: number;
  #idCount = 0;
  #responseCount = 0;
  #ignoredCreates = 0;
  #transcriptionCount = 0;
  #isSilent = false;
  #frames: ProviderFrame[] = [];
  #end: End | undefined;

  constructor({ request, settings, cache, nowMs }: XaiConnectionOptions) {
    const model = queryOf(request, 'model') ?? '';
    const bareModel = model.replace(/[-:]?fault-.*$/, '');
    this.#settings = settings;
    this.#faults = new Set([...settings.faults, ...faultsOfModel(model)]);
    this.#openedAtMs = nowMs;
    this.#lastAudioMs = nowMs;
    this.#idPrefix = hash(`${request.url} ${keyOf(request) ?? ''} ${nowMs}`);
    this.#model = settings.models.includes(bareModel) ? bareModel : (settings.models[0] ?? bareModel);
    const wantedId = queryOf(request, 'conversation_id');
    const { conversation, isResumed } = cache.take(wantedId, `conv-${this.#idPrefix}`, nowMs);
    this.#conversation = conversation;
    this.#isResumed = isResumed;
  }

  get wakeAtMs(): number | undefined {
    return this.#end === undefined ? this.#agenda.nextMs : undefined;
  }

  open(nowMs: number): SimulatorOutput {
    return this.#collect(nowMs, () => {
      const first = () => {
        if (this.has('no-session-created')) return;
        this.emit({ type: 'session.created', session: this.#createdSession() });
      };
      if (!this.has('conversation-first')) first();
      const { id } = this.#conversation;
      this.emit({ type: 'conversation.created', conversation: { id, object: 'realtime.conversation' } });
      if (this.has('conversation-first')) first();
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
        this.#refuse(error);
      }
    });
  }

  wake(nowMs: number): SimulatorOutput {
    return this.#collect(nowMs, () => this.#agenda.runDue(nowMs));
  }

  has(fault: SimulatedFault): boolean {
    return this.#faults.has(fault);
  }

  /** Sends an event under an id of its own. */
  emit(event: { readonly type: string; readonly [field: string]: unknown }): void {
    const { type, ...rest } = event;
    const name = this.has('beta-names') ? (BETA_NAMES[type] ?? type) : type;
    this.emitFrame(
      JSON.stringify({ type: name, event_id: this.mintId('event'), ...rest, ...this.#unknownFields(type) }),
    );
    if (this.has('unknown-events') && type === 'response.created')
      this.emit({ type: 'response.mood.updated', mood: 7 });
  }

  emitFrame(frame: ProviderFrame): void {
    if (!this.#isSilent) this.#frames.push(frame);
  }

  mintId(kind: string): string {
    this.#idCount += 1;
    return `${kind}-${this.#idPrefix}-${String(this.#idCount).padStart(6, '0')}`;
  }

  #unknownFields(type: string): Record<string, unknown> {
    return this.has('unknown-events') && type.startsWith('response.') ? { field_of_tomorrow: { list: [1] } } : {};
  }

  #collect(nowMs: number, work: () => void): SimulatorOutput {
    if (this.#end !== undefined) return { frames: [] };
    this.#conversation.lastUsedMs = nowMs;
    work();
    const frames = this.#frames;
    this.#frames = [];
    return { frames, ...(this.#end === undefined ? {} : { end: this.#end }) };
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
        return this.#commit(this.mintId('item'), { samples, speechMs: durationMs }, nowMs);
      }
      case 'input_audio_buffer.clear':
        this.#input.clear();
        this.#speechItemId = undefined;
        return this.emit({ type: 'input_audio_buffer.cleared' });
      case 'conversation.item.create':
        return this.#create(event.item, nowMs);
      case 'conversation.item.delete':
        if (!this.#conversation.delete(event.item_id)) throw unknownItem(event.item_id);
        return this.emit({ type: 'conversation.item.deleted', item_id: event.item_id });
      case 'conversation.item.truncate':
        return this.#truncate(event.item_id, event.content_index, event.audio_end_ms);
      case 'response.create':
        return this.#createResponse(event.response, nowMs);
      case 'response.cancel':
        if (this.#running === undefined || (event.response_id ?? this.#running.run.id) !== this.#running.run.id) {
          throw new VendorError({ message: 'Cancellation failed: no active response found' });
        }
        return this.#cutShort(nowMs);
      case 'pong':
        return;
    }
  }

  #update(update: unknown): void {
    this.#session = updateSettings(this.#session, update);
    this.#conversation.isKept = this.#session.isResumable;
    if (!this.#isConfigured && this.#isResumed && this.#session.isResumable) {
      for (const item of this.#conversation.replay(() => this.mintId('item'))) {
        this.emit({ type: 'conversation.item.added', previous_item_id: null, item });
      }
    }
    this.#isConfigured = true;
    const { voices } = this.#settings;
    const spoken = voices.includes(this.#session.voice.toLowerCase())
      ? this.#session.voice.toLowerCase()
      : DEFAULT_VOICE;
    const voice = this.has('voice-echo') ? spoken : undefined;
    this.emit({ type: 'session.updated', session: echoSettings(this.#session, voice) });
  }

  #createdSession() {
    return {
      id: this.mintId('session'),
      object: 'realtime.session',
      model: this.#model,
      voice: `xai_${DEFAULT_VOICE}`,
      modalities: ['audio'],
      turn_detection: { type: null },
      tools: [],
      instructions: '',
    };
  }

  #append(audio: string, nowMs: number): void {
    this.#lastAudioMs = nowMs;
    if (this.#running?.isUninterruptible === true) return;
    const { inputRateHz, turnDetection } = this.#session;
    for (const heard of this.#input.append(audio, inputRateHz, turnDetection)) this.#heard(heard, nowMs);
  }

  #heard(heard: VadEvent, nowMs: number): void {
    if (heard.type === 'start') return this.#speechStarted(heard.audioStartMs, nowMs);
    const itemId = this.#speechItemId ?? this.mintId('item');
    this.#speechItemId = undefined;
    const turn = this.#transcriptOf(itemId, heard.speechMs);
    if (turn !== undefined && !this.has('growing-transcripts')) {
      const part = turn.split(' ').slice(0, 2).join(' ');
      this.emit({ type: `${TRANSCRIPTION}.updated`, item_id: itemId, transcript: part });
      this.emit({ type: `${TRANSCRIPTION}.completed`, item_id: itemId, transcript: part, status: 'in_progress' });
    }
    this.emit({ type: 'input_audio_buffer.speech_stopped', item_id: itemId, audio_end_ms: heard.audioEndMs });
    this.#commit(itemId, { samples: this.#input.commit().samples, speechMs: heard.speechMs }, nowMs);
    this.#respond({ answersItemId: itemId }, nowMs);
  }

  #speechStarted(audioStartMs: number, nowMs: number): void {
    const running = this.#running;
    const continued =
      this.has('continued-items') && running?.run.wasHeard === false ? running.answersItemId : undefined;
    if (continued !== undefined) this.#running = undefined;
    this.#speechItemId = continued ?? this.mintId('item');
    const event = {
      type: 'input_audio_buffer.speech_started',
      item_id: this.#speechItemId,
      audio_start_ms: audioStartMs,
    };
    this.emit(event);
    if (this.has('speech-started-twice')) this.emit(event);
    if (continued === undefined) {
      const entry: ConversationEntry = { item: spokenItem(this.#speechItemId, 'in_progress'), audioMs: 0 };
      const previousId = this.#conversation.append(entry);
      this.emit({ type: 'conversation.item.added', previous_item_id: previousId, item: entry.item });
    }
    if (this.#running !== undefined) this.#cutShort(nowMs);
  }

  #commit(itemId: string, audio: UserAudio, nowMs: number): void {
    const known = this.#conversation.find(itemId);
    const entry: ConversationEntry = known ?? { item: spokenItem(itemId, 'in_progress'), audioMs: 0 };
    const previousId = known === undefined ? this.#conversation.append(entry) : null;
    const earlier = entry.userAudio;
    entry.userAudio = earlier === undefined ? audio : joinedAudio(earlier, audio);
    entry.item = spokenItem(itemId, 'completed');
    entry.isAnswered = false;
    this.emit({ type: 'input_audio_buffer.committed', item_id: itemId, previous_item_id: previousId });
    if (known === undefined) {
      this.emit({ type: 'conversation.item.added', previous_item_id: previousId, item: entry.item });
    }
    this.#transcribe(itemId, entry.userAudio.speechMs, nowMs);
  }

  /** The whole text of an item, if the session is transcribed. */
  #transcriptOf(itemId: string, speechMs: number): string | undefined {
    if (!this.#session.transcribes || this.has('no-transcripts')) return undefined;
    const earlierMs = this.#conversation.find(itemId)?.userAudio?.speechMs ?? 0;
    const userTurnIndex = this.#conversation.entries.filter(({ userAudio }) => userAudio !== undefined).length;
    return this.#settings.transcribe({ speechMs: earlierMs + speechMs, userTurnIndex });
  }

  #transcribe(itemId: string, speechMs: number, nowMs: number): void {
    if (this.has('no-transcripts')) return;
    const spoken = this.#conversation.entries.filter(({ userAudio }) => userAudio !== undefined);
    const userTurnIndex = spoken.findIndex(({ item }) => item.id === itemId);
    const text = this.#settings.transcribe({ speechMs, userTurnIndex });
    const { transcriptionDelaysMs } = this.#settings;
    const delayMs = transcriptionDelaysMs[this.#transcriptionCount % transcriptionDelaysMs.length] ?? 0;
    this.#transcriptionCount += 1;
    const words = text.split(' ');
    const texts = this.has('growing-transcripts')
      ? [words.slice(0, 1), words.slice(0, 2), words].map((some) => some.join(' '))
      : [text];
    for (const [index, transcript] of texts.entries()) {
      this.#agenda.add(nowMs + delayMs + index * 20, () => {
        const entry = this.#conversation.find(itemId);
        if (entry !== undefined) entry.item = spokenItem(itemId, 'completed', transcript);
        this.emit({ type: `${TRANSCRIPTION}.completed`, item_id: itemId, transcript, status: 'completed' });
      });
    }
  }

  #create(item: ClientItem, nowMs: number): void {
    if (item.type === 'force_message') {
      const text = item.content.map((part) => part.text ?? '').join('');
      return this.#respond({ reply: { text }, isUninterruptible: !item.interruptible }, nowMs);
    }
    const created = completeItem(item, this.mintId('item'));
    const previousId = this.#conversation.append({ item: created, audioMs: 0 });
    this.emit({ type: 'conversation.item.added', previous_item_id: previousId, item: created });
  }

  #createResponse(parameters: ResponseParameters | undefined, nowMs: number): void {
    checkMetadata(parameters?.metadata ?? {});
    if (this.#running !== undefined) {
      const code = 'conversation_already_has_active_response';
      throw new VendorError({ code, message: `Conversation already has an active response: ${this.#running.run.id}.` });
    }
    if (this.has('no-answer') && this.#ignoredCreates === 0) {
      this.#ignoredCreates += 1;
      return;
    }
    this.#respond({ parameters }, nowMs);
  }

  #respond(
    wish: {
      readonly reply?: SimulatedReply;
      readonly parameters?: ResponseParameters | undefined;
      readonly isUninterruptible?: boolean;
      readonly answersItemId?: string;
    },
    nowMs: number,
  ): void {
    const { audioSpeed, reply, responseDelayMs } = this.#settings;
    const { entries } = this.#conversation;
    const turn = describeTurn({
      entries,
      unanswered: entries.filter(({ isAnswered }) => isAnswered !== true),
      settings: this.#session,
      instructions: wish.parameters?.instructions,
      responseIndex: this.#responseCount,
    });
    this.#responseCount += 1;
    // What is said word for word answers nothing.
    if (wish.reply === undefined) for (const entry of entries) entry.isAnswered = true;
    const textLength =
      (turn.userText ?? '').length + turn.toolResults.reduce((sum, { output }) => sum + output.length, 0);
    const run = new SimulatedResponseRun({
      host: this,
      id: this.mintId('response'),
      conversation: this.#conversation,
      steps: layOutResponse(wish.reply ?? reply(turn), {
        modality: 'audio',
        audioSpeed,
        userAudio: turn.userAudio,
        chunkMs: CHUNK_MS,
      }),
      outputRateHz: this.#session.outputRateHz,
      metadata: wish.parameters?.metadata,
      inputTokens: {
        text: Math.ceil(textLength / 4),
        audio: Math.ceil((turn.userSpeechMs / 1000) * AUDIO_TOKENS_PER_SECOND),
      },
    });
    const running: Running = {
      run,
      startMs: nowMs + responseDelayMs,
      isUninterruptible: wish.isUninterruptible ?? false,
      answersItemId: wish.answersItemId,
    };
    // One that runs still is dropped without a word.
    this.#running = running;
    run.start();
    this.#agenda.add(running.startMs, (atMs) => this.#play(running, atMs));
  }

  /** Performs what is due of a response and comes back for the rest. */
  #play(running: Running, nowMs: number): void {
    const { run, startMs } = running;
    if (running !== this.#running) return;
    while (run.nextAtMs !== undefined && startMs + run.nextAtMs <= nowMs) {
      if (run.advance()) return this.#finish(running, 'completed', nowMs);
      if (this.#breakDown(running)) return;
    }
    this.#agenda.add(startMs + (run.nextAtMs ?? 0), (atMs) => this.#play(running, atMs));
  }

  #finish(running: Running, status: ResponseStatus, nowMs: number): void {
    if (this.#running === running) this.#running = undefined;
    running.run.finish(status, Math.ceil((nowMs - this.#openedAtMs) / 1000));
  }

  #cutShort(nowMs: number): void {
    const running = this.#running;
    if (running === undefined) return;
    if (!this.has('late-deltas')) {
      running.run.drain(DELTAS_AFTER_CANCEL);
      return this.#finish(running, 'cancelled', nowMs);
    }
    this.#running = undefined;
    this.#agenda.add(nowMs + LATE_DELTAS_MS, (atMs) => {
      running.run.drain(DELTAS_AFTER_CANCEL);
      this.#finish(running, 'cancelled', atMs);
    });
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
    if (this.has('truncate-ignored')) return;
    this.emit({
      type: 'conversation.item.truncated',
      item_id: itemId,
      content_index: contentIndex,
      audio_end_ms: audioEndMs,
      transcript: kept,
    });
  }

  /** Whether a fault of the session struck. */
  #breakDown({ run }: Running): boolean {
    if (run.deltaCount < FAULT_AFTER_DELTAS || this.#responseCount > 1) return false;
    if (this.has('drop')) this.#end = { type: 'drop' };
    else if (this.has('close-1001')) this.#close(1001, '');
    else if (this.has('close-1011')) this.#close(1011, 'Internal server error');
    else if (this.has('stall')) this.#isSilent = true;
    else if (this.has('internal-error')) {
      this.#running = undefined;
      this.#refuse(new VendorError({ type: 'internal_error', code: 'internal_error', message: 'The model failed.' }));
      return true;
    }
    return this.#end !== undefined || this.#isSilent;
  }

  /** What came too early or at two rates is reported flat by the vendor, whatever form it uses else. */
  #refuse({ type, code, message }: VendorError): void {
    const isFlat = this.has('flat-errors') || message.startsWith('Multiple frame rates');
    if (isFlat) return this.emit({ type: 'error', code: code ?? type, message: 'ValueError', params: message });
    this.emit({ type: 'error', error: { type, ...(code === undefined ? {} : { code }), message } });
  }

  #ping(nowMs: number): void {
    this.emit({ type: 'ping', timestamp: Math.round(nowMs) });
    this.#agenda.add(nowMs + this.#settings.pingIntervalMs, (atMs) => this.#ping(atMs));
  }

  #watchActivity(nowMs: number): void {
    const limitMs = this.#lastAudioMs + this.#settings.inactivityMs;
    if (nowMs >= limitMs) return this.#close(1001, 'Going away: closed for inactivity');
    this.#agenda.add(limitMs, (atMs) => this.#watchActivity(atMs));
  }

  #maxAgeMs(): number {
    return this.has('max-duration') ? MAX_DURATION_FAULT_MS : this.#settings.sessionMaxAgeMs;
  }

  #expire(): void {
    const message = 'The session reached its maximum duration.';
    this.#refuse(new VendorError({ type: 'max_duration', code: 'max_duration', message }));
    this.#close(1000, '');
  }

  #close(code: number, reason: string): void {
    this.#end = { type: 'close', code, reason };
    this.#agenda.clear();
  }
}

const TRANSCRIPTION = 'conversation.item.input_audio_transcription';

const BETA_NAMES: Readonly<Record<string, string>> = {
  'response.output_audio.delta': 'response.audio.delta',
  'response.output_audio.done': 'response.audio.done',
  'response.output_audio_transcript.delta': 'response.audio_transcript.delta',
  'response.output_audio_transcript.done': 'response.audio_transcript.done',
  'conversation.item.added': 'conversation.item.created',
};

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
