import { clampDelay, type SessionFrame } from '@speko/client-core';
import { checkOptions } from './check-options.ts';

/** Options of {@link PlaybackClock}. */
export interface PlaybackClockOptions {
  /** Usually `(turn, playedMs) => session.reportPlayback(turn, playedMs)`. */
  readonly report: (turn: string, playedMs: number) => void;
}

interface PlayingTurn {
  /** Milliseconds of audio that have come. */
  receivedMs: number;
  /** When the last of it will have been played. */
  endsAtMs: number;
}

/**
 * Stands in for a loudspeaker where there is none, such as in a recorder or a test: it "plays" the assistant's audio in
 * real time from when it came, and reports how much of each turn was heard, at the end of the turn or when it is cut.
 *
 * Feed it every frame of a session. An application that really plays audio reports its player's own position instead.
 */
export class PlaybackClock {
  readonly #report: (turn: string, playedMs: number) => void;
  readonly #turns = new Map<string, PlayingTurn>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** When everything received so far will have been played. */
  #endsAtMs = 0;

  /** @throws {@link SpekoError} `INVALID_ARGUMENT` for other options */
  constructor(options: PlaybackClockOptions) {
    checkOptions('new PlaybackClock()', options);
    this.#report = options.report;
  }

  /** Takes the next frame of the session. */
  accept(frame: SessionFrame): void {
    if (frame.type === 'audio' && frame.turn !== undefined) {
      this.#receive(frame.turn, (frame.pcm.byteLength * 500) / frame.sampleRate);
    } else if (frame.type === 'speech' && frame.role === 'assistant' && frame.state === 'stopped') {
      this.#reportWhenPlayed(frame.turn);
    } else if (frame.type === 'interruption') {
      if (frame.turn !== undefined && this.#turns.has(frame.turn)) this.#report(frame.turn, this.playedMs(frame.turn));
      this.#reset();
    } else if (frame.type === 'close') {
      this.#reset();
    }
  }

  /** How much of a turn has been heard by now, in whole milliseconds; 0 for a turn that is over or unknown. */
  playedMs(turn: string): number {
    const playing = this.#turns.get(turn);
    if (playing === undefined) return 0;
    const leftMs = Math.max(0, playing.endsAtMs - performance.now());
    return Math.round(Math.max(0, playing.receivedMs - leftMs));
  }

  #receive(turn: string, durationMs: number): void {
    this.#endsAtMs = Math.max(this.#endsAtMs, performance.now()) + durationMs;
    const receivedMs = (this.#turns.get(turn)?.receivedMs ?? 0) + durationMs;
    this.#turns.set(turn, { receivedMs, endsAtMs: this.#endsAtMs });
  }

  #reportWhenPlayed(turn: string): void {
    const playing = this.#turns.get(turn);
    if (playing === undefined) return;
    const timer = setTimeout(
      () => {
        this.#turns.delete(turn);
        this.#timers.delete(turn);
        this.#report(turn, Math.round(playing.receivedMs));
      },
      clampDelay(Math.max(0, playing.endsAtMs - performance.now())),
    );
    this.#timers.set(turn, timer);
  }

  #reset(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#turns.clear();
    this.#endsAtMs = 0;
  }
}
