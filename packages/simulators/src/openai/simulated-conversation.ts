import type { ClientItem } from './client-events.ts';
import type { SimulatedItem } from './server-events.ts';
import { VendorError } from './vendor-error.ts';

/** One item and what the vendor knows of it beside what it shows. */
export interface ConversationEntry {
  item: SimulatedItem;
  /** Milliseconds of model audio, for items that have some. */
  audioMs: number;
  /** The user's audio at 24 kHz and how much of it is speech, for spoken turns. */
  readonly userAudio?: { readonly samples: Int16Array; readonly speechMs: number };
}

/** The items of one conversation, in order. */
export class SimulatedConversation {
  readonly #entries: ConversationEntry[] = [];
  readonly #mintId: (kind: string) => string;

  constructor(mintId: (kind: string) => string) {
    this.#mintId = mintId;
  }

  get entries(): readonly ConversationEntry[] {
    return this.#entries;
  }

  get lastId(): string | null {
    return this.#entries.at(-1)?.item.id ?? null;
  }

  find(itemId: string): ConversationEntry | undefined {
    return this.#entries.find(({ item }) => item.id === itemId);
  }

  append(entry: ConversationEntry): string | null {
    const previousId = this.lastId;
    this.#entries.push(entry);
    return previousId;
  }

  /**
   * Adds an item of the client's.
   *
   * @returns the item and the one before it
   * @throws VendorError
   */
  create(
    item: ClientItem,
    previousItemId: string | null | undefined,
  ): { item: SimulatedItem; previousId: string | null } {
    if (item.id !== undefined && this.find(item.id) !== undefined) {
      throw new VendorError({
        code: 'item_create_duplicate_item_id',
        message: `Error adding item: an item with id '${item.id}' already exists.`,
        param: 'item.id',
      });
    }
    if (item.type === 'function_call_output' && !this.#hasCall(item.call_id)) {
      throw new VendorError({
        code: 'invalid_value',
        message: `No tool call found for function call output with call_id '${item.call_id}'.`,
        param: 'item.call_id',
      });
    }
    const index = this.#indexAfter(previousItemId);
    const created = this.#complete(item);
    this.#entries.splice(index, 0, { item: created, audioMs: 0 });
    return { item: created, previousId: this.#entries[index - 1]?.item.id ?? null };
  }

  /** @throws VendorError */
  delete(itemId: string): void {
    const index = this.#entries.findIndex(({ item }) => item.id === itemId);
    if (index < 0) throw missing('item_delete_invalid_item_id', 'deleting', itemId);
    this.#entries.splice(index, 1);
  }

  /** @throws VendorError */
  retrieve(itemId: string): SimulatedItem {
    const entry = this.find(itemId);
    if (entry === undefined) throw missing('item_retrieve_invalid_item_id', 'retrieving', itemId);
    return entry.item;
  }

  /**
   * Cuts the audio of an item, and with it its transcript.
   *
   * @throws VendorError
   */
  truncate(itemId: string, contentIndex: number, audioEndMs: number): void {
    const entry = this.find(itemId);
    if (entry === undefined) throw missing('item_truncate_invalid_item_id', 'truncating', itemId);
    const { item } = entry;
    if (item.type !== 'message' || item.role !== 'assistant' || contentIndex !== 0 || entry.audioMs === 0) {
      throw new VendorError({ code: null, message: 'Only model output audio messages can be truncated' });
    }
    const audioMs = Math.floor(entry.audioMs);
    if (audioEndMs > audioMs) {
      throw new VendorError({
        code: 'invalid_value',
        message: `Audio content of ${audioMs}ms is already shorter than ${audioEndMs}ms`,
        param: 'audio_end_ms',
      });
    }
    entry.audioMs = audioEndMs;
    entry.item = { ...item, content: [{ type: 'output_audio', transcript: null }] };
  }

  #hasCall(callId: string): boolean {
    return this.#entries.some(({ item }) => item.type === 'function_call' && item.call_id === callId);
  }

  #indexAfter(previousItemId: string | null | undefined): number {
    if (previousItemId === undefined || previousItemId === null) return this.#entries.length;
    if (previousItemId === 'root') return 0;
    const index = this.#entries.findIndex(({ item }) => item.id === previousItemId);
    if (index >= 0) return index + 1;
    throw new VendorError({
      code: 'invalid_value',
      message: `Error adding item: the previous item with id '${previousItemId}' does not exist.`,
      param: 'previous_item_id',
    });
  }

  #complete(item: ClientItem): SimulatedItem {
    const head = { id: item.id ?? this.#mintId('item'), object: 'realtime.item', status: 'completed' } as const;
    switch (item.type) {
      case 'function_call': {
        const { name, arguments: args, call_id: callId } = item;
        return { ...head, type: 'function_call', name, arguments: args, call_id: callId ?? this.#mintId('call') };
      }
      case 'function_call_output':
        return { ...head, type: 'function_call_output', call_id: item.call_id, output: item.output };
      case 'message':
        switch (item.role) {
          case 'system':
            return { ...head, type: 'message', role: 'system', content: item.content };
          case 'assistant': {
            const content = item.content.map(({ text }) => ({ type: 'output_text', text }) as const);
            return { ...head, type: 'message', role: 'assistant', content };
          }
          case 'user': {
            const content = item.content.map((part) => {
              switch (part.type) {
                case 'input_text':
                  return part;
                case 'input_image':
                  return { type: part.type, image_url: part.image_url } as const;
                case 'input_audio':
                  return { type: part.type, transcript: part.transcript ?? null } as const;
              }
            });
            return { ...head, type: 'message', role: 'user', content };
          }
        }
    }
  }
}

function missing(code: string, verb: string, itemId: string): VendorError {
  return new VendorError({
    code,
    message: `Error ${verb} item: the item with id '${itemId}' does not exist.`,
    param: 'item_id',
  });
}
