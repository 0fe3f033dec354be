import type { ProviderFrame, SessionEvent } from '@speko/adapter';
import type { OpenAIClientEvent } from './openai-client-events.ts';

/** What one input to the codec leads to, as it is being gathered. */
export interface CodecDraft {
  readonly events: SessionEvent[];
  readonly frames: ProviderFrame[];
}

/** Sends a message to the vendor. */
export function push({ frames }: CodecDraft, event: OpenAIClientEvent): void {
  frames.push(JSON.stringify(event));
}
