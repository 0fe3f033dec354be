import type { HistoryItem } from '@speko/adapter';
import type { TranscriptEntry } from '@speko/protocol';

/** What was said and heard, for a provider session that has to be started anew in the middle of a call. */
export class ConversationHistory {
  readonly #items: { readonly atMs: number; readonly item: HistoryItem }[] = [];

  /** A final text; of an interrupted turn only what was heard. */
  said({ role, text, startMs, atMs }: TranscriptEntry): void {
    if (text !== '') this.#items.push({ atMs: startMs ?? atMs, item: { type: 'message', role, text } });
  }

  called(callId: string, name: string, args: string, atMs: number): void {
    this.#items.push({ atMs, item: { type: 'tool-call', callId, name, arguments: args } });
  }

  answered(callId: string, output: string, atMs: number): void {
    this.#items.push({ atMs, item: { type: 'tool-result', callId, output } });
  }

  /** In the order of the talk: user transcripts often arrive after the reply they prompted. */
  items(): readonly HistoryItem[] {
    return this.#items.toSorted((a, b) => a.atMs - b.atMs).map(({ item }) => item);
  }
}
