import type { HistoryItem } from '@speko/adapter';
import type { TranscriptEntry } from '@speko/protocol';

interface TimedItem {
  readonly atMs: number;
  readonly item: HistoryItem;
}

/** What was said and heard, for a provider session that has to be started anew in the middle of a call. */
export class ConversationHistory {
  #items: TimedItem[] = [];

  /** A final text; of an interrupted turn only what was heard. */
  said({ role, text, startMs, atMs }: TranscriptEntry): void {
    if (text !== '') this.#items.push(said({ role, text, startMs, atMs }));
  }

  called(callId: string, name: string, args: string, atMs: number): void {
    this.#items.push({ atMs, item: { type: 'tool-call', callId, name, arguments: args } });
  }

  /** The provider takes a call back: there will be no result, and none is to be waited for. */
  withdrawn(callId: string): void {
    this.#items = this.#items.filter(({ item }) => item.type !== 'tool-call' || item.callId !== callId);
  }

  answered(callId: string, output: string, atMs: number): void {
    this.#items.push({ atMs, item: { type: 'tool-result', callId, output } });
  }

  /**
   * In the order of the talk: user transcripts often arrive after the reply they prompted.
   * @param unfinished what was said in turns without a final text
   */
  items(unfinished: readonly TranscriptEntry[]): readonly HistoryItem[] {
    const open = unfinished.filter(({ text }) => text !== '').map(said);
    return [...this.#items, ...open].toSorted((a, b) => a.atMs - b.atMs).map(({ item }) => item);
  }
}

function said({ role, text, startMs, atMs }: Pick<TranscriptEntry, 'role' | 'text' | 'startMs' | 'atMs'>): TimedItem {
  return { atMs: startMs ?? atMs, item: { type: 'message', role, text } };
}
