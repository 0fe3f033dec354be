import type { ProviderFrame, SessionEvent } from '@speko/adapter';

/** What one input to a codec leads to, as it is being gathered. */
export interface CodecDraft {
  readonly events: SessionEvent[];
  readonly frames: ProviderFrame[];
}

/** Sends a JSON message to the vendor; the type argument holds it to the vendor's own messages. */
export function pushMessage<Message extends object>({ frames }: CodecDraft, message: Message): void {
  frames.push(JSON.stringify(message));
}
