import type { ClientItem } from './client-events.ts';

/** One item as the vendor shows it, and what it knows of it beside that. */
export interface ConversationEntry {
  item: SimulatedItem;
  /** Milliseconds of model audio, for items that have some. */
  audioMs: number;
  /** The user's audio at 24 kHz and how much of it is speech, in milliseconds, for spoken turns. */
  userAudio?: UserAudio;
  /** A response was made since it came in. */
  isAnswered?: boolean;
}

export interface UserAudio {
  readonly samples: Int16Array;
  readonly speechMs: number;
}

export interface SimulatedItem {
  readonly id: string;
  readonly object: 'realtime.item';
  readonly type: string;
  readonly role: string;
  readonly status: 'in_progress' | 'completed' | 'incomplete';
  readonly content?: readonly SimulatedPart[];
  readonly call_id?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly output?: string;
  readonly replayed?: boolean;
}

export interface SimulatedPart {
  readonly type: string;
  readonly text?: string;
  readonly transcript?: string | null;
}

/** The items of one conversation, in order. It outlives its connection where it may be resumed. */
export class SimulatedConversation {
  readonly id: string;
  readonly #entries: ConversationEntry[] = [];
  isKept = false;
  lastUsedMs = 0;

  constructor(id: string) {
    this.id = id;
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

  /** Returns the id of the item before it. */
  append(entry: ConversationEntry): string | null {
    const previousId = this.lastId;
    this.#entries.push(entry);
    return previousId;
  }

  delete(itemId: string): boolean {
    const index = this.#entries.findIndex(({ item }) => item.id === itemId);
    if (index >= 0) this.#entries.splice(index, 1);
    return index >= 0;
  }

  /** Gives every item a new id and what a replay makes of it: the words of the assistant become text. */
  replay(mintId: () => string): readonly SimulatedItem[] {
    for (const entry of this.#entries) {
      const { item } = entry;
      const content = item.content?.map((part) =>
        item.role === 'assistant' ? { type: 'text', text: part.text ?? part.transcript ?? '' } : part,
      );
      entry.item = {
        ...item,
        id: mintId(),
        status: 'completed',
        replayed: true,
        ...(content === undefined ? {} : { content }),
      };
    }
    return this.#entries.map(({ item }) => item);
  }
}

/** An item of the client's, completed by the vendor. Results of tools have the role of the tool. */
export function completeItem(item: Exclude<ClientItem, { type: 'force_message' }>, id: string): SimulatedItem {
  const head = { id, object: 'realtime.item', status: 'completed' } as const;
  switch (item.type) {
    case 'message':
      return { ...head, type: item.type, role: item.role, content: item.content.map(shownPart) };
    case 'function_call':
      return {
        ...head,
        type: item.type,
        role: 'tool',
        call_id: item.call_id,
        name: item.name,
        arguments: item.arguments,
      };
    case 'function_call_output':
      return { ...head, type: item.type, role: 'tool', call_id: item.call_id, output: item.output };
  }
}

function shownPart({
  type,
  text,
  transcript,
}: {
  type: string;
  text?: string | null | undefined;
  transcript?: string | null | undefined;
}): SimulatedPart {
  return { type, ...(typeof text === 'string' ? { text } : {}), ...(transcript === undefined ? {} : { transcript }) };
}

/** A turn of the user as an item. */
export function spokenItem(id: string, status: 'in_progress' | 'completed', transcript = ''): SimulatedItem {
  const content = [{ type: 'input_audio', transcript }];
  return { id, object: 'realtime.item', type: 'message', role: 'user', status, content };
}

/** Speech before a pause and after it. */
export function joinedAudio(first: UserAudio, second: UserAudio): UserAudio {
  const samples = new Int16Array(first.samples.length + second.samples.length);
  samples.set(first.samples);
  samples.set(second.samples, first.samples.length);
  return { samples, speechMs: first.speechMs + second.speechMs };
}
