/**
 * Where the listener is in the audio that was delivered. Providers generate several times faster than real time, so
 * the end of generation says nothing about the end of playing: the clock assumes that a client plays what it gets at
 * once and without a pause, and takes the client's own report where there is one.
 *
 * All times are milliseconds of one monotonic clock.
 */
export class PlaybackClock {
  /** In playback order; a segment is a stretch of one item that plays without a gap. */
  #segments: Segment[] = [];
  #endsAtMs = 0;

  /** Audio of an item was handed to the client's socket. */
  deliver(turn: string, itemId: string, durationMs: number, nowMs: number): void {
    const last = this.#segments.at(-1);
    const startsAtMs = Math.max(nowMs, this.#endsAtMs);
    this.#endsAtMs = startsAtMs + durationMs;
    if (last !== undefined && last.itemId === itemId && last.turn === turn && last.endsAtMs === startsAtMs) {
      last.endsAtMs = this.#endsAtMs;
    } else {
      this.#segments.push({ turn, itemId, startsAtMs, endsAtMs: this.#endsAtMs });
    }
  }

  /** When the last audio of a turn has been played, or `undefined` for a turn without audio. */
  endOf(turn: string): number | undefined {
    return this.#segments.findLast((segment) => segment.turn === turn)?.endsAtMs;
  }

  /** Turns with audio that is still to be heard, in playback order. */
  turnsPlaying(nowMs: number): string[] {
    const turns = this.#segments.filter((segment) => segment.endsAtMs > nowMs).map((segment) => segment.turn);
    return [...new Set(turns)];
  }

  /** Every item of a turn with what was delivered and what was heard of it by now. */
  heard(turn: string, nowMs: number): HeardAudio[] {
    const items = new Map<string, HeardAudio>();
    for (const segment of this.#segments) {
      if (segment.turn !== turn) continue;
      const item = items.get(segment.itemId) ?? { itemId: segment.itemId, heardMs: 0, totalMs: 0 };
      item.totalMs += segment.endsAtMs - segment.startsAtMs;
      item.heardMs += Math.max(0, Math.min(nowMs, segment.endsAtMs) - segment.startsAtMs);
      items.set(segment.itemId, item);
    }
    return [...items.values()];
  }

  /** The client says how much of a turn it has played so far: what is left of it, and all after it, moves along. */
  report(turn: string, playedMs: number, nowMs: number): void {
    let playedLeftMs = playedMs;
    let cursorMs = nowMs;
    let moving = false;
    for (const segment of this.#segments) {
      const durationMs = segment.endsAtMs - segment.startsAtMs;
      if (segment.turn === turn) {
        moving = true;
        const playedHereMs = Math.min(durationMs, playedLeftMs);
        playedLeftMs -= playedHereMs;
        segment.startsAtMs = playedHereMs === durationMs ? nowMs - durationMs : cursorMs - playedHereMs;
      } else if (moving) {
        segment.startsAtMs = cursorMs;
      } else {
        continue;
      }
      segment.endsAtMs = segment.startsAtMs + durationMs;
      cursorMs = Math.max(cursorMs, segment.endsAtMs);
    }
    if (moving) this.#endsAtMs = cursorMs;
  }

  /** The client dropped everything that it had not played. */
  cut(nowMs: number): void {
    this.#segments = this.#segments.filter((segment) => segment.endsAtMs <= nowMs);
    this.#endsAtMs = Math.min(this.#endsAtMs, nowMs);
  }

  /** Forgets a turn that is over. */
  forget(turn: string): void {
    this.#segments = this.#segments.filter((segment) => segment.turn !== turn);
  }
}

/** One spoken item, in milliseconds of audio. */
export interface HeardAudio {
  itemId: string;
  heardMs: number;
  totalMs: number;
}

interface Segment {
  readonly turn: string;
  readonly itemId: string;
  startsAtMs: number;
  endsAtMs: number;
}

/** Spreads what a client reported for a whole turn over its items, in playback order. */
export function spreadPlayedMs(items: readonly HeardAudio[], playedMs: number): HeardAudio[] {
  let leftMs = playedMs;
  return items.map((item) => {
    const heardMs = Math.max(0, Math.min(item.totalMs, leftMs));
    leftMs -= item.totalMs;
    return { itemId: item.itemId, totalMs: item.totalMs, heardMs };
  });
}
