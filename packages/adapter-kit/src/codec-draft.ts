import type { ProviderFrame, SessionEvent } from '@speko/adapter';

/** Output of one input to a codec, as its parts gather it. */
export interface CodecDraft {
  readonly events: SessionEvent[];
  readonly frames: ProviderFrame[];
}

/** Sends a JSON message to the vendor; the type argument holds it to the vendor's own messages. */
export function pushMessage<Message extends object>({ frames }: CodecDraft, message: Message): void {
  frames.push(JSON.stringify(message));
}
