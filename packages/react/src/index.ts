export { useAudioLevel } from './use-audio-level.ts';
export { useConversation, type ConversationControls, type UseConversation } from './use-conversation.ts';
