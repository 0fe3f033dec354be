import { encodeBase64 } from '@speko/adapter-kit';
import { samplesToPcm } from '@speko/audio';
import type { TimelineStep } from '@speko/simulator-kit';
import { encodeG711 } from './g711.ts';
import type {
  ContentPart,
  ItemStatus,
  SimulatedEvent,
  SimulatedItem,
  SimulatedResponse,
  SimulatedUsage,
  StatusDetails,
} from './server-events.ts';
import type { AudioFormat } from './session-settings.ts';
import type { ConversationEntry, SimulatedConversation } from './simulated-conversation.ts';

/** Dependencies of a response on its connection. */
export interface ResponseHost {
  emit(event: SimulatedEvent): void;
  mintId(kind: string): string;
}

export interface SimulatedResponseOptions {
  readonly host: ResponseHost;
  readonly id: string;
  /** Where its items go; a response outside the conversation has none. */
  readonly conversation: SimulatedConversation | undefined;
  readonly steps: readonly TimelineStep[];
  readonly modality: 'audio' | 'text';
  readonly audioFormat: AudioFormat;
  readonly metadata: Record<string, string> | null;
  /** Counts the tokens of the input when asked; outputs are counted here. */
  readonly inputUsage: () => Pick<SimulatedUsage, 'input_tokens' | 'input_token_details'>;
}

interface OpenItem {
  readonly entry: ConversationEntry;
  readonly item: Extract<SimulatedItem, { type: 'message' }>;
  readonly outputIndex: number;
  readonly kind: 'speech' | 'text';
  text: string;
}

/** One response being generated: it plays a timeline and says only what it streamed. */
export class SimulatedResponseRun {
  readonly id: string;
  readonly #options: SimulatedResponseOptions;
  readonly #output: SimulatedItem[] = [];
  #next = 0;
  #open: OpenItem | undefined;
  #deltaCount = 0;
  #audioMs = 0;
  #textLength = 0;

  constructor(options: SimulatedResponseOptions) {
    this.#options = options;
    this.id = options.id;
  }

  /** Time of the next step since the model began to answer, or `undefined` at the end. */
  get nextAtMs(): number | undefined {
    return this.#options.steps[this.#next]?.atMs;
  }

  /** Deltas of audio and text sent so far. */
  get deltaCount(): number {
    return this.#deltaCount;
  }

  start(): void {
    this.#emit({ type: 'response.created', response: this.#response('in_progress', null, null) });
  }

  /** Performs the next step. Returns whether it was the last. */
  advance(): boolean {
    const step = this.#options.steps[this.#next];
    this.#next += 1;
    switch (step?.type) {
      case 'item-start':
        this.#startItem(step.kind);
        return false;
      case 'words':
        this.#words(step.delta);
        return false;
      case 'audio':
        this.#audio(step.samples);
        return false;
      case 'item-end':
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

  finish(
    status: Exclude<SimulatedResponse['status'], 'in_progress'>,
    details: StatusDetails | string | null,
    withUsage: boolean,
  ): void {
    this.#endItem('incomplete');
    this.#emit({ type: 'response.done', response: this.#response(status, details, withUsage ? this.#usage() : null) });
  }

  #startItem(kind: 'speech' | 'text'): void {
    const item: OpenItem['item'] = {
      id: this.#options.host.mintId('item'),
      object: 'realtime.item',
      type: 'message',
      status: 'in_progress',
      role: 'assistant',
      content: [],
    };
    const entry: ConversationEntry = { item, audioMs: 0 };
    const outputIndex = this.#output.length;
    this.#open = { entry, item, outputIndex, kind, text: '' };
    this.#added(entry, outputIndex);
    this.#emit({ type: 'response.content_part.added', ...this.#place(), part: this.#part('') });
  }

  #words(delta: string): void {
    const open = this.#open;
    if (open === undefined) return;
    open.text += delta;
    this.#textLength += delta.length;
    const obfuscation = this.#obfuscation();
    if (open.kind === 'speech') {
      this.#emit({ type: 'response.output_audio_transcript.delta', ...this.#place(), delta, ...obfuscation });
    } else {
      this.#emit({ type: 'response.output_text.delta', ...this.#place(), delta, ...obfuscation });
    }
  }

  #audio(samples: Int16Array): void {
    const open = this.#open;
    if (open === undefined) return;
    const format = this.#options.audioFormat;
    const bytes = format.type === 'audio/pcm' ? samplesToPcm(samples) : encodeG711(samples, format.type);
    open.entry.audioMs += samples.length / 24;
    this.#audioMs += samples.length / 24;
    this.#emit({
      type: 'response.output_audio.delta',
      ...this.#place(),
      delta: encodeBase64(bytes),
      ...this.#obfuscation(),
    });
  }

  #endItem(status: ItemStatus): void {
    const open = this.#open;
    if (open === undefined) return;
    const { entry, text, kind, outputIndex } = open;
    if (kind === 'speech') {
      this.#emit({ type: 'response.output_audio.done', ...this.#place() });
      this.#emit({ type: 'response.output_audio_transcript.done', ...this.#place(), transcript: text });
    } else {
      this.#emit({ type: 'response.output_text.done', ...this.#place(), text });
    }
    this.#emit({ type: 'response.content_part.done', ...this.#place(), part: this.#part(text) });
    this.#open = undefined;
    entry.item = {
      ...open.item,
      status,
      role: 'assistant',
      content: [kind === 'speech' ? { type: 'output_audio', transcript: text } : { type: 'output_text', text }],
    };
    this.#done(entry, outputIndex);
  }

  #call(name: string, args: string): void {
    const { host } = this.#options;
    const callId = host.mintId('call');
    const outputIndex = this.#output.length;
    const head = {
      id: host.mintId('item'),
      object: 'realtime.item',
      type: 'function_call',
      name,
      call_id: callId,
    } as const;
    const entry: ConversationEntry = { item: { ...head, status: 'in_progress', arguments: '' }, audioMs: 0 };
    this.#added(entry, outputIndex);
    const place = { response_id: this.id, item_id: head.id, output_index: outputIndex, call_id: callId };
    const half = Math.ceil(args.length / 2);
    for (const delta of [args.slice(0, half), args.slice(half)]) {
      if (delta !== '') this.#emit({ type: 'response.function_call_arguments.delta', ...place, delta });
    }
    this.#emit({ type: 'response.function_call_arguments.done', ...place, name, arguments: args });
    this.#textLength += name.length + args.length;
    entry.item = { ...head, status: 'completed', arguments: args };
    this.#done(entry, outputIndex);
  }

  #added(entry: ConversationEntry, outputIndex: number): void {
    this.#output.push(entry.item);
    this.#emit({
      type: 'response.output_item.added',
      response_id: this.id,
      output_index: outputIndex,
      item: entry.item,
    });
    const { conversation } = this.#options;
    if (conversation === undefined) return;
    this.#emit({ type: 'conversation.item.added', previous_item_id: conversation.append(entry), item: entry.item });
  }

  #done(entry: ConversationEntry, outputIndex: number): void {
    const { item } = entry;
    const { conversation } = this.#options;
    this.#output[outputIndex] = item;
    if (conversation !== undefined) {
      const index = conversation.entries.indexOf(entry);
      const previousId = conversation.entries[index - 1]?.item.id ?? null;
      this.#emit({ type: 'conversation.item.done', previous_item_id: previousId, item });
    }
    this.#emit({ type: 'response.output_item.done', response_id: this.id, output_index: outputIndex, item });
  }

  #place() {
    return {
      response_id: this.id,
      item_id: this.#open?.item.id ?? '',
      output_index: this.#open?.outputIndex ?? 0,
      content_index: 0,
    };
  }

  #part(text: string): ContentPart {
    return this.#open?.kind === 'text' ? { type: 'text', text } : { type: 'audio', transcript: text };
  }

  /** Padding of random length that some deltas carry; clients have to ignore what they do not know. */
  #obfuscation(): { obfuscation?: string } {
    this.#deltaCount += 1;
    return this.#deltaCount % 4 === 0 ? { obfuscation: 'x'.repeat(this.#deltaCount % 16) } : {};
  }

  #response(
    status: SimulatedResponse['status'],
    details: StatusDetails | string | null,
    usage: SimulatedUsage | null,
  ): SimulatedResponse {
    return {
      object: 'realtime.response',
      id: this.id,
      conversation_id: this.#options.conversation === undefined ? null : 'conv_1',
      status,
      status_details: details,
      output: [...this.#output],
      output_modalities: [this.#options.modality],
      usage,
      metadata: this.#options.metadata,
    };
  }

  #usage(): SimulatedUsage {
    const input = this.#options.inputUsage();
    const output = { text_tokens: Math.ceil(this.#textLength / 4), audio_tokens: Math.ceil(this.#audioMs / 50) };
    const outputTokens = output.text_tokens + output.audio_tokens;
    return {
      total_tokens: input.input_tokens + outputTokens,
      input_tokens: input.input_tokens,
      output_tokens: outputTokens,
      input_token_details: input.input_token_details,
      output_token_details: output,
    };
  }

  #emit(event: SimulatedEvent): void {
    this.#options.host.emit(event);
  }
}
