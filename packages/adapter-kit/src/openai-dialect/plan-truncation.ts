import type { HeardItem, ResponseTruncateCommand } from '@speko/adapter';
import { type CodecDraft, pushMessage } from '../codec-draft.ts';
import type { AssistantOutput } from './assistant-output.ts';

/** What to do with one spoken item of an interrupted response. */
export type ItemCut =
  | { readonly type: 'truncate'; readonly itemId: string; readonly audioEndMs: number }
  | { readonly type: 'delete'; readonly itemId: string };

/** The vendor's own length of an item was seen 85 ms short of the audio it sent. */
const MARGIN_MS = 100;

/**
 * How the conversation is cut back to what was heard.
 *
 * What was heard to the end stays as it is, since truncating erases the vendor's text of the item; what was not heard
 * at all is deleted, since truncating to nothing is refused; the one in between is truncated.
 */
export function planTruncation(items: readonly HeardItem[]): readonly ItemCut[] {
  return items.flatMap(({ itemId, heardMs, totalMs }): ItemCut[] => {
    const audioEndMs = Math.floor(Math.min(heardMs, totalMs));
    if (totalMs <= 0) return [];
    if (audioEndMs <= 0) return [{ type: 'delete', itemId }];
    if (audioEndMs > totalMs - MARGIN_MS) return [];
    return [{ type: 'truncate', itemId, audioEndMs }];
  });
}

/** Cuts the vendor's conversation back to what was heard of a response; items that the vendor never named stay. */
export function truncateItems({ items }: ResponseTruncateCommand, output: AssistantOutput, draft: CodecDraft): void {
  for (const cut of planTruncation(items)) {
    const itemId = output.items.wireIdOf(cut.itemId);
    if (itemId === undefined) continue;
    if (cut.type === 'delete') {
      pushMessage(draft, { type: 'conversation.item.delete', item_id: itemId });
    } else {
      pushMessage(draft, {
        type: 'conversation.item.truncate',
        item_id: itemId,
        content_index: output.audioIndexOf(itemId),
        audio_end_ms: cut.audioEndMs,
      });
    }
  }
}
