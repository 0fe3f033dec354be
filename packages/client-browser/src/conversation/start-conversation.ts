import type { ConversationOptions } from './conversation-options.ts';
import type { Conversation } from './conversation.ts';
import { createConversation } from './create-conversation.ts';

/**
 * Asks for the microphone, connects, and resolves when the user can talk. Call it in a click.
 * @throws ConversationError with what kept it from starting; {@link SpekoError} `INVALID_ARGUMENT` without `session` and
 * `getSession`
 */
export async function startConversation(options: ConversationOptions): Promise<Conversation> {
  const conversation = createConversation(options);
  await conversation.start();
  return conversation;
}
