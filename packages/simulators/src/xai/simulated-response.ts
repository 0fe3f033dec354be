import type { ProviderFrame } from '@speko/adapter';
import { encodeBase64 } from '@speko/adapter-kit';
import { createResampler, type Resampler, samplesToPcm } from '@speko/audio';
import type { TimelineStep } from '@speko/simulator-kit';
import type { ConversationEntry, SimulatedConversation, SimulatedItem } from './simulated-conversation.ts';
import type { SimulatedFault } from './simulator-faults.ts';

const MADE_RATE_HZ = 24_000;
const AUDIO_TOKENS_PER_SECOND = 50;

export type ResponseStatus = 'completed' | 'cancelled' | 'incomplete' | 'failed';

/** Dependencies of a response on its connection. */
export interface ResponseHost {
  emit(event: { readonly type: string; readonly [field: string]: unknown }): void;
  emitFrame(frame: ProviderFrame): void;
  mintId(kind: string): string;
  has(fault: SimulatedFault): boolean;
}

export interface SimulatedResponseOptions {
  readonly host: ResponseHost;
  readonly id: string;
  readonly conversation: SimulatedConversation;
  readonly steps: readonly TimelineStep[];
  readonly outputRateHz: number;
  readonly metadata: unknown;
  readonly inputTokens: { readonly text: number; readonly audio: number };
}

interface OpenItem {
  readonly entry: ConversationEntry;
  text: string;
  /** Milliseconds of audio so far. */
  audioMs: number;
}

/** One response being generated: it plays a timeline in the order of the live service. */
export class SimulatedResponseRun {
  readonly id: string;
  readonly #options: SimulatedResponseOptions;
  readonly #host: ResponseHost;
  readonly #resampler: Resampler;
  readonly #output: SimulatedItem[] = [];
  #next = 0;
  #open: OpenItem | undefined;
  #deltaCount = 0;
  #audioMs = 0;
  #textLength = 0;

  constructor(options: SimulatedResponseOptions) {
    this.#options = options;
    this.#host = options.host;
    this.id = options.id;
    this.#resampler = createResampler({ fromHz: MADE_RATE_HZ, toHz: options.outputRateHz });
  }

  /** Time of the next step since the model began to answer, or `undefined` at the end. */
  get nextAtMs(): number | undefined {
    return this.#options.steps[this.#next]?.atMs;
  }

  /** Deltas of audio and text sent so far. */
  get deltaCount(): number {
    return this.#deltaCount;
  }

  get wasHeard(): boolean {
    return this.#audioMs > 0;
  }

  start(): void {
    const { metadata } = this.#options;
    this.#host.emit({
      type: 'response.created',
      response: { ...this.#response('in_progress'), metadata: metadata ?? null },
    });
    if (this.#host.has('mcp-call')) this.#callMcp();
  }

  /** Performs the next step. Returns whether it was the last. */
  advance(): boolean {
    const step = this.#options.steps[this.#next];
    this.#next += 1;
    switch (step?.type) {
      case 'item-start':
        this.#startItem();
        return false;
      case 'words':
        this.#words(step.delta);
        return false;
      case 'audio':
        this.#audio(samplesToPcm(this.#resampler.process(step.samples)));
        return false;
      case 'item-end':
        this.#audio(this.#resampler.flush());
        this.#endItem('completed');
        return false;
      case 'call':
        this.#call(step.name, step.arguments);
        return false;
      case 'end':
      case undefined:
        return true;
    }
  }

  /** Sends what was on its way when a cancel came: up to `count` further pieces of the item being spoken. */
  drain(count: number): void {
    for (let index = 0; index < count; index++) {
      const step = this.#options.steps[this.#next];
      if (step?.type !== 'audio' && step?.type !== 'words') return;
      this.advance();
    }
  }

  /** Ends the response; `elapsedSeconds` is what the vendor bills, a running total. */
  finish(status: ResponseStatus, elapsedSeconds: number): void {
    this.#endItem('incomplete');
    if (this.#host.has('done-missing')) return;
    if (status === 'cancelled' && this.#host.has('cancelled-event')) {
      this.#host.emit({ type: 'response.cancelled' });
      return;
    }
    this.#host.emit({
      type: 'response.done',
      response_id: this.id,
      response: this.#response(status),
      ...(this.#host.has('usage-missing') ? {} : { usage: this.#usage(elapsedSeconds) }),
    });
  }

  #startItem(): void {
    const item: SimulatedItem = {
      id: this.#host.mintId('item'),
      object: 'realtime.item',
      type: 'message',
      role: 'assistant',
      status: 'in_progress',
      content: [],
    };
    const entry: ConversationEntry = { item, audioMs: 0 };
    this.#open = { entry, text: '', audioMs: 0 };
    this.#output.push(item);
    this.#host.emit({ type: 'response.output_item.added', response_id: this.id, output_index: 0, item });
    const previousId = this.#options.conversation.append(entry);
    const announced = this.#host.has('unknown-events') ? 'item-nobody-announced' : previousId;
    this.#host.emit({ type: 'conversation.item.added', previous_item_id: announced, item });
    const part = { type: 'audio', transcript: '' };
    this.#host.emit({ type: 'response.content_part.added', ...this.#place(), part, previous_item_id: '0' });
  }

  #words(delta: string): void {
    if (this.#open === undefined) return;
    const startSeconds = this.#open.audioMs / 1000;
    this.#open.text += delta;
    this.#textLength += delta.length;
    this.#deltaCount += 1;
    this.#host.emit({
      type: 'response.output_audio_transcript.delta',
      ...this.#place(),
      delta,
      start_time: startSeconds,
    });
  }

  #audio(pcm: Uint8Array): void {
    if (this.#open === undefined || pcm.byteLength === 0) return;
    const durationMs = (pcm.byteLength * 500) / this.#options.outputRateHz;
    this.#open.audioMs += durationMs;
    this.#open.entry.audioMs += durationMs;
    this.#audioMs += durationMs;
    this.#deltaCount += 1;
    if (this.#host.has('binary-audio')) return this.#host.emitFrame(pcm);
    this.#host.emit({
      type: 'response.output_audio.delta',
      ...this.#place(),
      delta: encodeBase64(pcm),
      audio_duration_ms: Math.round(durationMs),
      ts: this.#deltaCount,
      rid: this.id,
      ...(this.#deltaCount <= 2 ? { latency: '0.66' } : {}),
    });
  }

  #endItem(status: 'completed' | 'incomplete'): void {
    const open = this.#open;
    if (open === undefined) return;
    const place = this.#place();
    this.#open = undefined;
    const { entry, text } = open;
    this.#host.emit({ type: 'response.output_audio_transcript.done', ...place, transcript: text });
    this.#host.emit({ type: 'response.content_part.done', ...place });
    this.#host.emit({ type: 'response.output_audio.done', ...place });
    entry.item = { ...entry.item, status, content: [{ type: 'audio', transcript: text }] };
    this.#output[this.#output.length - 1] = entry.item;
    this.#host.emit({ type: 'response.output_item.done', response_id: this.id, output_index: 0, item: entry.item });
  }

  #call(name: string, args: string): void {
    if (this.#host.has('server-tool')) this.#writeCall('x_keyword_search', '{"query":"simulated"}', false);
    this.#writeCall(name, args, true);
    this.#textLength += name.length + args.length;
  }

  /** A function call has the role of a tool in the conversation and of the user in the output. */
  #writeCall(name: string, args: string, isItem: boolean): void {
    const callId = `${this.#host.mintId('call')}-0`;
    const id = this.#host.mintId('item');
    const item: SimulatedItem = {
      id,
      object: 'realtime.item',
      type: 'function_call',
      role: 'user',
      status: 'in_progress',
      call_id: callId,
      name,
      arguments: '',
    };
    const done: SimulatedItem = { ...item, status: 'completed', arguments: args };
    const place = { response_id: this.id, item_id: id, call_id: callId };
    if (isItem) {
      this.#output.push(done);
      this.#host.emit({ type: 'response.output_item.added', response_id: this.id, output_index: 0, item });
      const entry: ConversationEntry = { item: { ...done, role: 'tool' }, audioMs: 0 };
      const previousId = this.#options.conversation.append(entry);
      this.#host.emit({
        type: 'conversation.item.added',
        previous_item_id: previousId,
        item: { ...item, role: 'tool' },
      });
      this.#host.emit({ type: 'response.function_call_arguments.delta', ...place, delta: args });
    }
    this.#host.emit({ type: 'response.function_call_arguments.done', ...place, name, arguments: args });
    if (isItem)
      this.#host.emit({ type: 'response.output_item.done', response_id: this.id, output_index: 0, item: done });
  }

  #callMcp(): void {
    const id = this.#host.mintId('item');
    const place = { item_id: id, output_index: 0 };
    const item = {
      id,
      object: 'realtime.item',
      type: 'mcp_call',
      name: 'simulated_mcp',
      role: 'user',
      arguments: '{}',
    };
    this.#host.emit({ type: 'response.output_item.added', response_id: this.id, output_index: 0, item });
    this.#host.emit({ type: 'response.mcp_call_arguments.done', ...place, arguments: '{}' });
    this.#host.emit({ type: 'response.mcp_call.in_progress', ...place });
    this.#host.emit({ type: 'response.mcp_call.completed', ...place });
  }

  #place() {
    return { response_id: this.id, item_id: this.#open?.entry.item.id ?? '', output_index: 0, content_index: 0 };
  }

  /** Its usage is an empty object; the counts stand beside it. */
  #response(status: ResponseStatus | 'in_progress') {
    return {
      id: this.id,
      object: 'realtime.response',
      status,
      status_details: 'unimplemented',
      output: [...this.#output],
      usage: {},
    };
  }

  #usage(elapsedSeconds: number) {
    const { text, audio } = this.#options.inputTokens;
    const output = {
      text_tokens: Math.ceil(this.#textLength / 4),
      audio_tokens: Math.ceil((this.#audioMs / 1000) * AUDIO_TOKENS_PER_SECOND),
    };
    const outputTokens = output.text_tokens + output.audio_tokens;
    return {
      input_tokens: text + audio,
      input_token_details: { text_tokens: text, audio_tokens: audio, grok_tokens: 0 },
      output_tokens: outputTokens,
      output_token_details: { ...output, grok_tokens: 0 },
      total_tokens: text + audio + outputTokens,
      output_audio_seconds: Math.round(this.#audioMs) / 1000,
      billable_audio_seconds: elapsedSeconds,
    };
  }
}
