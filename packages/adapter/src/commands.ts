/**
 * Everything the gateway can ask of a provider. Audio has its own method, `appendAudio`: it is the hot path and
 * passes no command object.
 */
export type SessionCommand =
  | AudioCommitCommand
  | AudioClearCommand
  | TextAppendCommand
  | ResponseCancelCommand
  | ResponseTruncateCommand
  | ToolResultCommand;

/**
 * The user's turn ends now and the model answers. With the provider's own turn detection it forces the end of the
 * turn. Harmless when nothing is buffered.
 */
export interface AudioCommitCommand {
  readonly type: 'audio-commit';
}

/** Drop the audio that is not yet committed. */
export interface AudioClearCommand {
  readonly type: 'audio-clear';
}

/** A typed user message; the model answers it. */
export interface TextAppendCommand {
  readonly type: 'text-append';
  readonly text: string;
}

/**
 * Stop the response that is being generated. Sent only while one is (between `response-start` and `response-end`),
 * but the two may cross on the network. The adapter emits no more audio of it.
 */
export interface ResponseCancelCommand {
  readonly type: 'response-cancel';
  readonly responseId: string;
}

/**
 * What was heard of an interrupted response: the model should remember no more than that. Sent once per interrupted
 * response that had audio, after the client's report or a short grace.
 */
export interface ResponseTruncateCommand {
  readonly type: 'response-truncate';
  readonly responseId: string;
  /** Every spoken item of the response, in playback order. */
  readonly items: readonly HeardItem[];
}

/** One spoken item of a response, and how much of it was heard. */
export interface HeardItem {
  readonly itemId: string;
  /** Milliseconds that reached the listener, 0 ≤ `heardMs` ≤ `totalMs`. */
  readonly heardMs: number;
  /** Milliseconds of audio the provider sent. */
  readonly totalMs: number;
}

/** The answer to a `tool-call`. Only for calls that are open: the gateway refuses unknown ids itself. */
export interface ToolResultCommand {
  readonly type: 'tool-result';
  /** Id of a `tool-call` that is open. */
  readonly callId: string;
  /** Text for the model, often JSON; may be empty. */
  readonly output: string;
}
