import type { CreateTransport, RealtimeTool, SessionInfo } from '@speko/client-core';
import type { AudioSink } from '../audio/audio-sink.ts';
import type { AudioSource } from '../audio/audio-source.ts';
import type { MicrophoneOptions } from '../audio/microphone.ts';
import type { SpeakerOptions } from '../audio/speaker.ts';
import type { TranscriptTurn } from './conversation-snapshot.ts';

/** What {@link ConversationOptions.getSession} is told. */
export interface GetSessionContext {
  /** `reconnect`: the connection of an earlier session broke and this one goes on in its place. */
  readonly reason: 'start' | 'reconnect';
  /** The session that broke. */
  readonly previousSessionId: string | undefined;
  /** What was said so far; a back end may tell the model, for example in the system prompt. */
  readonly transcript: readonly TranscriptTurn[];
  /** Aborts when the session is no longer wanted. */
  readonly signal: AbortSignal;
}

/** How to hold a conversation. Give `session` or `getSession`. Read when they are needed, so getters may change them. */
export interface ConversationOptions {
  /** What the back end minted: the whole answer of `POST /v1/sessions`. Good for one connection, so a lost one is not replaced. */
  readonly session?: SessionInfo | undefined;
  /** Asks the back end for a session; called on start and, when the connection is lost, again. */
  readonly getSession?: ((context: GetSessionContext) => Promise<SessionInfo> | SessionInfo) | undefined;
  /**
   * Asks `getSession` only when the microphone is allowed and open, in place of beside the question. No session is then minted
   * for a user who says no or does not answer, and none expires meanwhile; in return each start takes longer by the time that
   * the answer takes.
   * @defaultValue false
   */
  readonly mintAfterPermission?: boolean | undefined;
  /** The tools that the session was minted with; those with `execute` are answered here. */
  readonly tools?: readonly RealtimeTool[] | undefined;
  /**
   * What the session was minted with. With `manual` the microphone is open only between `hold()` and `release()`.
   * @defaultValue `'auto'`
   */
  readonly turnDetection?: 'auto' | 'manual' | undefined;
  /**
   * Where the user's voice comes from: settings of the usual `Microphone`, a source of your own, or `false` for a conversation
   * that is typed.
   */
  readonly microphone?: MicrophoneOptions | AudioSource | false | undefined;
  /**
   * Where the assistant's voice goes: settings of the usual `Speaker`, a sink of your own, or `false` for text only. What is
   * not played then counts as read, so that the model remembers all of it.
   */
  readonly speaker?: Omit<SpeakerOptions, 'volume'> | AudioSink | false | undefined;
  /**
   * Where the page serves the two audio modules, for a Content-Security-Policy that allows neither `blob:` nor `data:`
   * scripts: `@speko/client-browser/worklets/capture.js` and `…/player.js`.
   */
  readonly workletUrls?: { readonly capture?: string; readonly player?: string } | undefined;
  /**
   * How long a lost connection is tried again before the conversation ends, in milliseconds; 0 is never. A new connection that is
   * lost within 5 s does not start the time anew, and ten sessions in a row that came to nothing end it as well.
   * @defaultValue 30000
   */
  readonly reconnectForMs?: number | undefined;
  /** Ends the conversation. */
  readonly signal?: AbortSignal | undefined;
  /** Dials; for tests and for runtimes with a WebSocket of their own. @defaultValue the browser's WebSocket */
  readonly createTransport?: CreateTransport | undefined;
}
