export type { AudioSink, AudioSinkHandlers, PlayedTurn } from './audio/audio-sink.ts';
export type { AudioSource, AudioSourceHandlers } from './audio/audio-source.ts';
export { Microphone, type MicrophoneOptions } from './audio/microphone.ts';
export { Speaker, type SpeakerOptions, type SpeakerStats } from './audio/speaker.ts';
export type { ConversationEvents, FrameOf } from './conversation/conversation-events.ts';
export type { ConversationOptions, GetSessionContext } from './conversation/conversation-options.ts';
export { createConversation } from './conversation/create-conversation.ts';
export { startConversation } from './conversation/start-conversation.ts';
export type { Conversation } from './conversation/conversation.ts';
export type {
  ConversationEnd,
  ConversationMode,
  ConversationSnapshot,
  ConversationStatus,
  TranscriptTurn,
} from './conversation/conversation-snapshot.ts';
export { listDevices, watchDevices, type AudioDevice } from './devices/audio-devices.ts';
export {
  ConversationError,
  type ConversationErrorCode,
  type ConversationErrorOptions,
} from './errors/conversation-error.ts';

// What options and frames are made of, so that an application needs this package only.
export {
  defineTool,
  SpekoConnectionError,
  SpekoError,
  type RealtimeTool,
  type SessionFrame,
  type SessionInfo,
  type ToolContext,
} from '@speko/client-core';
