import type { ToolDefinition } from '@speko/adapter';
import { createIdMinter } from '@speko/adapter-kit';
import { createResampler, pcmToSamples, samplesToPcm } from '@speko/audio';
import { Agenda } from './agenda.ts';
import { layOutResponse, type TimelineStep } from './response-timeline.ts';
import {
  createDefaultReply,
  type SimulatedReply,
  type SimulatedToolResult,
  type SimulatedTurn,
} from './simulated-reply.ts';
import { SimulatedVad, type VadSettings } from './simulated-vad.ts';

/** What a simulated model does, without a vendor's words for it. Audio is mono PCM16 little-endian at the session's rate. */
export type ConversationEvent =
  | { readonly type: 'speech-started'; readonly turnId: string; readonly audioStartMs: number }
  | { readonly type: 'speech-stopped'; readonly turnId: string; readonly audioEndMs: number }
  | { readonly type: 'turn-committed'; readonly turnId: string }
  | { readonly type: 'turn-transcribed'; readonly turnId: string; readonly text: string }
  | { readonly type: 'response-started'; readonly responseId: string }
  | { readonly type: 'words'; readonly responseId: string; readonly itemId: string; readonly delta: string }
  | { readonly type: 'audio'; readonly responseId: string; readonly itemId: string; readonly pcm: Uint8Array }
  | {
      readonly type: 'tool-called';
      readonly responseId: string;
      readonly callId: string;
      readonly name: string;
      readonly arguments: string;
    }
  | {
      readonly type: 'response-ended';
      readonly responseId: string;
      readonly status: 'completed' | 'cancelled';
      readonly inputAudioTokens: number;
      readonly outputAudioTokens: number;
    };

/** How one simulated session behaves. */
export interface ConversationSettings {
  /** `auto`: turns end by silence. `manual`: only {@link SimulatedConversation.commit} ends one. */
  readonly turnDetection: 'auto' | 'manual';
  readonly tools: readonly ToolDefinition[];
  /** Whether the model may call several tools at once; else only the first call of a reply is made. @defaultValue true */
  readonly parallelTools?: boolean;
  /** @defaultValue none */
  readonly systemPrompt?: string;
  /** Rate of the user's audio and of answers: 8000, 16000, 24000 or 48000. @defaultValue 24000 */
  readonly inputSampleRateHz?: number;
  readonly outputSampleRateHz?: number;
}

/** How every session of a simulator behaves. */
export interface ConversationOptions {
  /** The model's answer. @defaultValue it repeats text, measures speech, and calls tools that typed text names */
  readonly reply?: (turn: SimulatedTurn) => SimulatedReply;
  /** @defaultValue threshold 0.5, padding 300 ms, silence 500 ms */
  readonly vad?: VadSettings;
  /** How many times faster than it plays audio is generated. @defaultValue 4 */
  readonly audioSpeed?: number;
}

interface OpenResponse {
  readonly id: string;
  readonly inputMs: number;
  itemId: string;
  audioMs: number;
  /** Whether it was announced: one that was not is cancelled without a word. */
  isStarted: boolean;
}

const REPLY_RATE_HZ = 24_000;
const DEFAULT_VAD: VadSettings = { threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs: 500 };
/** How long the model thinks. */
const LATENCY_MS = 60;

/**
 * A conversation with a made-up model, for simulators of vendors that have no dialect in common with others: it
 * detects speech, answers, is interrupted, calls tools and waits for their results. The simulator translates: messages of
 * the client into calls of its methods, and what {@link SimulatedConversation.takeEvents} gives into messages.
 */
export class SimulatedConversation {
  readonly #settings: ConversationSettings;
  readonly #options: ConversationOptions;
  readonly #agenda = new Agenda();
  readonly #vad: SimulatedVad;
  readonly #mintTurn = createIdMinter('user');
  readonly #mintResponse = createIdMinter('answer');
  readonly #mintItem = createIdMinter('item');
  readonly #mintCall = createIdMinter('call');
  #events: ConversationEvent[] = [];
  #heard: Uint8Array[] = [];
  #turnId: string | undefined;
  #speechMs = 0;
  #userTurnIndex = -1;
  #responseIndex = 0;
  #openCalls = new Map<string, string>();
  #results: SimulatedToolResult[] = [];
  #response: OpenResponse | undefined;

  constructor(settings: ConversationSettings, options: ConversationOptions = {}) {
    this.#settings = settings;
    this.#options = options;
    this.#vad = new SimulatedVad(this.#inputRateHz);
  }

  /** When {@link SimulatedConversation.wake} wants to be called. */
  get wakeAtMs(): number | undefined {
    return this.#agenda.nextMs;
  }

  /** Lets happen what is due. */
  wake(nowMs: number): void {
    this.#agenda.runDue(nowMs);
  }

  /** Events since the last call, in order. */
  takeEvents(): readonly ConversationEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Audio of the user. With turn detection it may interrupt the answer, and silence ends the turn. */
  append(pcm: Uint8Array, nowMs: number): void {
    if (pcm.byteLength === 0 || pcm.byteLength % 2 !== 0) return;
    this.#heard.push(pcm.slice());
    if (this.#settings.turnDetection === 'manual') return;
    for (const event of this.#vad.process(pcmToSamples(pcm.slice()), this.#options.vad ?? DEFAULT_VAD)) {
      if (event.type === 'start') {
        this.#turnId = this.#mintTurn();
        this.#events.push({ type: 'speech-started', turnId: this.#turnId, audioStartMs: event.audioStartMs });
        this.cancel();
      } else {
        this.#speechMs = event.speechMs;
        this.#events.push({ type: 'speech-stopped', turnId: this.#turnId ?? '', audioEndMs: event.audioEndMs });
        this.#endTurn(nowMs);
      }
    }
  }

  /** Ends the user's turn; without speech in it (with turn detection) or without audio (without) nothing happens. */
  commit(nowMs: number): void {
    if (this.#heard.length === 0) return;
    if (this.#settings.turnDetection === 'auto') {
      if (!this.#vad.isSpeech || this.#turnId === undefined) return;
      this.#vad.reset();
      this.#events.push({ type: 'speech-stopped', turnId: this.#turnId, audioEndMs: Math.round(this.#heardMs) });
    }
    this.#speechMs = this.#heardMs;
    this.#endTurn(nowMs);
  }

  /** Forgets the audio that is not committed. */
  clear(): void {
    this.#heard = [];
    this.#turnId = undefined;
    this.#vad.reset();
  }

  /** A typed message, which is answered. */
  text(text: string, nowMs: number): void {
    this.#userTurnIndex += 1;
    this.#answer({ userText: text }, nowMs);
  }

  /** The model says this, such as a first message. */
  say(text: string, nowMs: number): void {
    this.#answer({ instructions: `Say exactly ${JSON.stringify(text)}` }, nowMs);
  }

  /** The result of a tool call; the model goes on once every call has one. */
  toolResult(callId: string, output: string, nowMs: number): void {
    const name = this.#openCalls.get(callId);
    if (name === undefined) return;
    this.#openCalls.delete(callId);
    this.#results.push({ callId, name, output });
    if (this.#openCalls.size === 0) this.#answer({}, nowMs);
  }

  /** Stops the answer under way, if there is one. */
  cancel(): void {
    if (this.#response !== undefined) this.#endResponse('cancelled');
  }

  get #inputRateHz(): number {
    return this.#settings.inputSampleRateHz ?? REPLY_RATE_HZ;
  }

  get #heardMs(): number {
    return (this.#heard.reduce((sum, piece) => sum + piece.byteLength, 0) * 500) / this.#inputRateHz;
  }

  #endTurn(nowMs: number): void {
    const turnId = this.#turnId ?? this.#mintTurn();
    this.#turnId = undefined;
    this.#userTurnIndex += 1;
    this.#events.push({ type: 'turn-committed', turnId });
    const text = `${(this.#speechMs / 1000).toFixed(1)} s of speech`;
    this.#events.push({ type: 'turn-transcribed', turnId, text });
    this.#answer({}, nowMs);
  }

  #answer({ userText, instructions }: Partial<Pick<SimulatedTurn, 'userText' | 'instructions'>>, nowMs: number): void {
    this.cancel();
    const inputMs = this.#heardMs;
    const userAudio = resample(joined(this.#heard), this.#inputRateHz, REPLY_RATE_HZ);
    const reply = this.#options.reply ?? createDefaultReply('on-request');
    const steps = layOutResponse(
      reply({
        responseIndex: this.#responseIndex,
        userTurnIndex: this.#userTurnIndex,
        userAudio,
        userSpeechMs: this.#speechMs,
        userText,
        toolResults: this.#results,
        instructions,
        sessionInstructions: this.#settings.systemPrompt ?? '',
        tools: this.#settings.tools,
      }),
      { modality: 'audio', audioSpeed: this.#options.audioSpeed ?? 4, userAudio },
    );
    this.#responseIndex += 1;
    this.#heard = [];
    this.#speechMs = 0;
    this.#results = [];
    const response: OpenResponse = { id: this.#mintResponse(), itemId: '', audioMs: 0, inputMs, isStarted: false };
    this.#response = response;
    const beginMs = nowMs + LATENCY_MS;
    this.#agenda.add(beginMs, () => {
      response.isStarted = true;
      this.#events.push({ type: 'response-started', responseId: response.id });
    });
    for (const step of steps) this.#agenda.add(beginMs + step.atMs, () => this.#perform(step, response));
  }

  #perform(step: TimelineStep, response: OpenResponse): void {
    const place = { responseId: response.id, itemId: response.itemId };
    switch (step.type) {
      case 'item-start':
        response.itemId = this.#mintItem();
        break;
      case 'words':
        this.#events.push({ type: 'words', ...place, delta: step.delta });
        break;
      case 'audio': {
        response.audioMs += (step.samples.length * 1000) / REPLY_RATE_HZ;
        const rateHz = this.#settings.outputSampleRateHz ?? REPLY_RATE_HZ;
        const pcm = samplesToPcm(resample(step.samples, REPLY_RATE_HZ, rateHz)).slice();
        this.#events.push({ type: 'audio', ...place, pcm });
        break;
      }
      case 'call': {
        if (this.#settings.parallelTools === false && this.#openCalls.size > 0) break;
        const callId = this.#mintCall();
        this.#openCalls.set(callId, step.name);
        const { name, arguments: args } = step;
        this.#events.push({ type: 'tool-called', responseId: response.id, callId, name, arguments: args });
        break;
      }
      case 'item-end':
        break;
      case 'end':
        this.#endResponse('completed');
        break;
      default:
        step satisfies never;
    }
  }

  #endResponse(status: 'completed' | 'cancelled'): void {
    const response = this.#response;
    if (response === undefined) return;
    this.#response = undefined;
    this.#agenda.clear();
    if (!response.isStarted) return;
    const [inputAudioTokens, outputAudioTokens] = [response.inputMs, response.audioMs].map((ms) => Math.ceil(ms / 100));
    this.#events.push({
      type: 'response-ended',
      responseId: response.id,
      status,
      inputAudioTokens: inputAudioTokens ?? 0,
      outputAudioTokens: outputAudioTokens ?? 0,
    });
  }
}

function joined(pieces: readonly Uint8Array[]): Int16Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.byteLength;
  }
  return pcmToSamples(whole);
}

/** Converts a piece as a whole: pieces of an answer are long enough for that, in a simulation. */
function resample(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  if (fromHz === toHz) return samples;
  const resampler = createResampler({ fromHz, toHz });
  const [first, last] = [resampler.process(samples), resampler.flush()];
  const whole = new Int16Array(first.length + last.byteLength / 2);
  whole.set(first);
  whole.set(pcmToSamples(last), first.length);
  return whole;
}
