import type { ConversationError } from '../errors/conversation-error.ts';
import type { ConversationEvents } from './conversation-events.ts';
import type {
  ConversationMode,
  ConversationSnapshot,
  ConversationStatus,
  TranscriptTurn,
} from './conversation-snapshot.ts';

/**
 * One conversation with the assistant, across as many connections as it takes. Commands given while there is no
 * connection do nothing, but for those that set something: it holds from then on, also for the next `start()`.
 *
 * No command needs `this`, so each may be passed on by itself.
 */
export interface Conversation {
  readonly status: ConversationStatus;
  readonly mode: ConversationMode;
  /** See {@link ConversationSnapshot.transcript}. */
  readonly transcript: readonly TranscriptTurn[];
  readonly muted: boolean;
  readonly holding: boolean;
  /** 0 to 1. */
  readonly volume: number;
  /** How loud the user is now, 0 to 1; also while muted. Cheap: read it on every animation frame. */
  readonly inputLevel: number;
  /** How loud the assistant is now, 0 to 1. */
  readonly outputLevel: number;
  readonly error: ConversationError | undefined;
  readonly sessionId: string | undefined;
  /** Microphone audio that was not sent, in milliseconds, since the network or the gateway took no more. */
  readonly droppedInputMs: number;

  /** The state now; the same object until something changes. */
  readonly getSnapshot: () => ConversationSnapshot;
  /** Calls `listener` after each change of the snapshot. @returns what ends it */
  readonly subscribe: (listener: () => void) => () => void;
  /** Calls `listener` at each event of that name. What it throws is reported as an uncaught error. @returns what ends it */
  readonly on: <Name extends keyof ConversationEvents>(
    event: Name,
    listener: (value: ConversationEvents[Name]) => void,
  ) => () => void;

  /**
   * Asks for the microphone and connects. Call it in a click. While connecting it returns the same promise, when connected a
   * resolved one; after the end it starts over, with an empty transcript.
   * @returns when the WebSocket is open and the microphone runs
   * @throws ConversationError with what kept it from starting, or `CONNECT_FAILED` when it was ended first;
   * SpekoError `INVALID_ARGUMENT` without `session` and `getSession`; the reason of `options.signal`
   */
  readonly start: () => Promise<void>;
  /** Ends the conversation with 1000 `client_closed`, lets go of the devices, and resolves when that is done. May be called again. */
  readonly end: () => Promise<void>;
  /** Silence is sent in the place of the user's voice. Survives reconnections, device changes and the end. @defaultValue true */
  readonly mute: (muted?: boolean) => void;
  /** The user's voice is sent again. */
  readonly unmute: () => void;
  /** How loud the assistant is. @param volume - 0 to 1; anything beyond counts as the nearest of the two. */
  readonly setVolume: (volume: number) => void;
  /** Changes the microphone. @param deviceId - `''` is the system's default. @throws ConversationError */
  readonly setInputDevice: (deviceId: string) => Promise<void>;
  /** Changes the loudspeaker. @param deviceId - `''` is the system's default. @throws ConversationError */
  readonly setOutputDevice: (deviceId: string) => Promise<void>;
  /** Silences the assistant at once; the model remembers what was heard. Harmless when it is silent. */
  readonly interrupt: () => void;
  /**
   * Sends a typed message; the model answers.
   * @throws SpekoError `INVALID_ARGUMENT` for an empty text, or one too large for a message
   */
  readonly sendText: (text: string) => void;
  /** Answers a `tool_call` whose tool has no `execute`. @throws SpekoError `INVALID_ARGUMENT` for an output too large for a message */
  readonly sendToolResult: (callId: string, output: unknown) => void;
  /** Push to talk, pressed: opens the microphone, and interrupts the assistant. */
  readonly hold: () => void;
  /** Push to talk, let go: closes the microphone and ends the user's turn. Does nothing without `hold()`. */
  readonly release: () => void;
  /** Lets the sound out when the browser held it back. Call it in a click. */
  readonly unblock: () => Promise<void>;
  /** Round trip to the gateway, in milliseconds. @throws SpekoConnectionError `CONNECTION_CLOSED` without a connection */
  readonly ping: () => Promise<number>;
}
