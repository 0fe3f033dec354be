import type { SampleRate } from '@speko/protocol/lean';
import type { ConversationError } from '../errors/conversation-error.ts';

/** How much of one assistant turn has left the loudspeaker. */
export interface PlayedTurn {
  /** The id that was given to `play`. */
  readonly turn: string;
  /** Whole milliseconds of that turn's own audio; silence that was put in for late audio does not count. */
  readonly playedMs: number;
}

/** How an {@link AudioSink} tells what happens. */
export interface AudioSinkHandlers {
  /** The first sample of a turn is being played. */
  readonly onTurnStart: (turn: string) => void;
  /** A turn that was ended with `endTurn` has been played to its last sample. */
  readonly onTurnPlayed: (played: PlayedTurn) => void;
  /** Playback is blocked or lost, or works again (`OUTPUT_BLOCKED`, `OUTPUT_LOST`, `OUTPUT_OVERFLOW`). */
  readonly onProblem: (error: ConversationError) => void;
  /** Whether the browser holds back the sound until the user clicks. */
  readonly onBlockedChange: (blocked: boolean) => void;
}

/** Where the assistant's voice goes. `Speaker` is the usual one; an application may bring its own. */
export interface AudioSink {
  /** Takes hold of the output. Call it in a click. @throws ConversationError `UNSUPPORTED` or `WORKLET_BLOCKED` */
  open(): Promise<void>;
  /** Ready to play. @param sampleRate - The session's `outputSampleRate`. May be called again with another rate. */
  start(sampleRate: SampleRate, handlers: AudioSinkHandlers): void;
  /**
   * Queues audio of a turn. Everything queued is played in order.
   * @param pcm - Mono PCM16, to keep, and to leave as it is: listeners have the same bytes.
   */
  play(turn: string, pcm: Uint8Array): void;
  /** No more audio of this turn will come. */
  endTurn(turn: string): void;
  /** Drops everything queued and falls silent within 5 ms. Resolves with every turn that was cut, the one being played first. */
  flush(): Promise<readonly PlayedTurn[]>;
  /** Tries to play again after `onBlockedChange(true)`. Call it in a click. */
  unblock(): Promise<void>;
  /** How loud to play. @param volume - 0 to 1. */
  setVolume(volume: number): void;
  /** How loud the output is now, 0 (−60 dBFS or less) to 1 (full scale). */
  readonly level: number;
  /** Changes the output device. `''` is the system's default. @throws ConversationError */
  setDevice?(deviceId: string): Promise<void>;
  /** Lets go of the output. May be called twice; `open` may follow. */
  stop(): Promise<void>;
}
