import type { HistoryItem } from '@speko/adapter';
import type { TranscriptEntry } from '@speko/protocol';
import { boundText } from './bounded-text.ts';

/** The longest result of a tool that is told again, bytes of UTF-8. */
const MAX_RESULT_BYTES = 65_536;
/** Most that is kept in all; the oldest goes first. */
const MAX_BYTES = 4_194_304;
/** Cost of an entry beside its text. */
const ENTRY_BYTES = 128;

interface Entry {
  readonly atMs: number;
  readonly item: HistoryItem;
  readonly bytes: number;
}

/**
 * Words and heard audio so far, for a provider session that has to be started anew in mid-session. It is bounded:
 * long results of tools are kept shortened, and of a very long call only its end.
 * @see PROTOCOL.md rule TL5
 */
export class ConversationHistory {
  /** The oldest first. */
  readonly #entries = new Set<Entry>();
  /** A tool call and its result: one without the other would be refused. */
  readonly #calls = new Map<string, Entry[]>();
  #bytes = 0;

  /** A final text; of an interrupted turn only what was heard. */
  said({ role, text, startMs, atMs }: TranscriptEntry): void {
    if (text !== '') this.#add(said({ role, text, startMs, atMs }));
  }

  called(callId: string, name: string, args: string, atMs: number): void {
    this.withdrawn(callId);
    const entry = toEntry(atMs, { type: 'tool-call', callId, name, arguments: args }, name.length + args.length);
    this.#calls.set(callId, [entry]);
    this.#add(entry);
  }

  /** The provider takes a tool call back: there will be no result, and none is to be waited for. */
  withdrawn(callId: string): void {
    for (const entry of this.#calls.get(callId) ?? []) this.#remove(entry);
    this.#calls.delete(callId);
  }

  answered(callId: string, output: string, atMs: number): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    const kept = boundText(output, MAX_RESULT_BYTES);
    const item: HistoryItem = { type: 'tool-result', callId, output: kept === output ? kept : `${kept}… (shortened)` };
    const entry = toEntry(atMs, item, kept.length);
    call.push(entry);
    this.#add(entry);
  }

  /**
   * In the order of the talk: user transcripts often arrive after the reply they prompted.
   * @param unfinished - what was said in turns without a final text
   */
  items(unfinished: readonly TranscriptEntry[]): readonly HistoryItem[] {
    const open = unfinished.filter(({ text }) => text !== '').map(said);
    return [...this.#entries, ...open].toSorted((a, b) => a.atMs - b.atMs).map(({ item }) => item);
  }

  #add(entry: Entry): void {
    this.#entries.add(entry);
    this.#bytes += entry.bytes;
    for (const oldest of this.#entries) {
      if (this.#bytes <= MAX_BYTES || oldest === entry) return;
      if (oldest.item.type === 'message') this.#remove(oldest);
      else this.withdrawn(oldest.item.callId);
    }
  }

  #remove(entry: Entry): void {
    if (this.#entries.delete(entry)) this.#bytes -= entry.bytes;
  }
}

function said({ role, text, startMs, atMs }: Pick<TranscriptEntry, 'role' | 'text' | 'startMs' | 'atMs'>): Entry {
  return toEntry(startMs ?? atMs, { type: 'message', role, text }, text.length);
}

/** Texts are counted in code units, which for the most part is what they take in memory. */
function toEntry(atMs: number, item: HistoryItem, textLength: number): Entry {
  return { atMs, item, bytes: ENTRY_BYTES + textLength };
}
