import type { ConversationOptions } from './conversation-options.ts';
import type { Conversation } from './conversation.ts';
import { createConversation } from './create-conversation.ts';

/**
 * Asks for the microphone, connects, and resolves when the user can talk. Call it in a click.
 * @throws What {@link Conversation.start} throws.
 */
export async function startConversation(options: ConversationOptions): Promise<Conversation> {
  const conversation = createConversation(options);
  await conversation.start();
  return conversation;
}
