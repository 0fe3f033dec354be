import type { SessionFrame } from '@speko/client-core';
import type { ConversationError } from '../errors/conversation-error.ts';
import type { ConversationMode, ConversationSnapshot, ConversationStatus } from './conversation-snapshot.ts';

/** The frame with a given `type`. */
export type FrameOf<Type extends SessionFrame['type']> = Extract<SessionFrame, { type: Type }>;

/** Events by name with what their listeners get: every frame under its own type, and what the conversation makes of them. */
export type ConversationEvents = { [Type in SessionFrame['type']]: FrameOf<Type> } & {
  /** Every frame, in order, audio included. */
  frame: SessionFrame;
  /** A frame that this client sent, but for audio, as an object of the wire. For inspectors. */
  sent: Readonly<Record<string, unknown>>;
  /** A chunk of the user's audio that was sent: PCM16 at the session's `inputSampleRate`, in its own buffer. For inspectors and recordings. */
  'sent-audio': Uint8Array;
  status: ConversationStatus;
  mode: ConversationMode;
  /** Anything in the snapshot changed. */
  change: ConversationSnapshot;
  /** Something a person should know: of the microphone, the output, the connection, or an `error` frame. */
  problem: ConversationError;
};
