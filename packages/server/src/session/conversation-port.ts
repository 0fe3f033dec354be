import type { SessionCommand } from '@speko/adapter';
import type { ServerFrame, SessionErrorCode, TranscriptEntry } from '@speko/protocol';

/** Effects of a conversation. The session performs them; tests record them. */
export interface ConversationPort {
  /** To the client. */
  frame(frame: ServerFrame): void;
  /** Tells the client of something that went wrong and does not end the session. */
  error(code: SessionErrorCode, message: string): void;
  /** Assistant audio to the client, at the provider's rate. */
  audio(pcm: Uint8Array): void;
  /** No more audio of this stretch follows: play out what a resampler still holds (`end`), or drop it (`cut`). */
  audioBoundary(kind: 'end' | 'cut'): void;
  /** To the provider, in order with the user's audio. */
  command(command: SessionCommand): void;
  /** A text of a turn, for the record and for those who watch: once final, before that as often as it grows. */
  transcript(entry: TranscriptEntry, final: boolean): void;
}
