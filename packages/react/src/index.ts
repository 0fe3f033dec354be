export { useAudioLevel } from './use-audio-level.ts';
export {
  useConversation,
  type ConversationCommands,
  type ConversationControls,
  type UseConversation,
} from './use-conversation.ts';
