/**
 * Where the listener is in the audio that was delivered. Providers generate several times faster than real time, so
 * the end of generation says nothing about the end of playing: the clock assumes that a client plays what it gets at
 * once and without a pause, and takes the client's own report where there is one.
 *
 * All times are milliseconds of one monotonic clock.
 */
export class DeliveredAudioClock {
  /** In playback order: stretches of audio, each of one item, up to {@link maxStretches}. */
  #stretches: Stretch[] = [];
  #endsAtMs = 0;

  /** Audio of an item was handed to the client's socket. */
  deliver(turn: string, itemId: string, durationMs: number, nowMs: number): void {
    const last = this.#stretches.at(-1);
    const startsAtMs = Math.max(nowMs, this.#endsAtMs);
    this.#endsAtMs = startsAtMs + durationMs;
    const isOfLast = last !== undefined && last.itemId === itemId && last.turn === turn;
    if (last === undefined || (!isOfLast && this.#stretches.length < MAX_STRETCHES)) {
      this.#stretches.push({ turn, itemId, playedMs: 0, startsAtMs, endsAtMs: this.#endsAtMs });
      return;
    }
    if (last.endsAtMs < startsAtMs) {
      // A gap: what came before it has been played.
      last.playedMs += last.endsAtMs - last.startsAtMs;
      last.startsAtMs = startsAtMs;
    }
    last.endsAtMs = this.#endsAtMs;
  }

  /** When the last audio of a turn has been played, or `undefined` for a turn without audio. */
  endOf(turn: string): number | undefined {
    return this.#stretches.findLast((stretch) => stretch.turn === turn)?.endsAtMs;
  }

  /** Turns with audio that is still to be heard, in playback order. */
  turnsPlaying(nowMs: number): string[] {
    const turns = this.#stretches.filter((stretch) => stretch.endsAtMs > nowMs).map((stretch) => stretch.turn);
    return [...new Set(turns)];
  }

  /** Every item of a turn with what was delivered and what was heard of it by now. */
  heard(turn: string, nowMs: number): HeardAudio[] {
    const items = new Map<string, HeardAudio>();
    for (const stretch of this.#stretches) {
      if (stretch.turn !== turn) continue;
      const item = items.get(stretch.itemId) ?? { itemId: stretch.itemId, heardMs: 0, totalMs: 0 };
      item.totalMs += totalOf(stretch);
      item.heardMs += stretch.playedMs + Math.max(0, Math.min(nowMs, stretch.endsAtMs) - stretch.startsAtMs);
      items.set(stretch.itemId, item);
    }
    return Array.from(items.values(), ({ itemId, heardMs, totalMs }) => ({
      itemId,
      heardMs: withoutNoise(heardMs),
      totalMs: withoutNoise(totalMs),
    }));
  }

  /** The client says how much of a turn it has played so far: what is left of it, and all after it, moves along. */
  report(turn: string, playedMs: number, nowMs: number): void {
    let leftMs = playedMs;
    let cursorMs: number | undefined;
    for (const stretch of this.#stretches) {
      const totalMs = totalOf(stretch);
      if (stretch.turn === turn) {
        stretch.playedMs = Math.min(totalMs, leftMs);
        leftMs -= stretch.playedMs;
        cursorMs ??= nowMs;
      } else if (cursorMs === undefined) {
        continue;
      }
      stretch.startsAtMs = cursorMs;
      stretch.endsAtMs = cursorMs + totalMs - stretch.playedMs;
      cursorMs = stretch.endsAtMs;
    }
    if (cursorMs !== undefined) this.#endsAtMs = cursorMs;
  }

  /** The client dropped everything that it had not played. */
  cut(nowMs: number): void {
    this.#stretches = this.#stretches.filter((stretch) => stretch.endsAtMs <= nowMs);
    this.#endsAtMs = Math.min(this.#endsAtMs, nowMs);
  }

  /** Forgets a turn that is over. */
  forget(turn: string): void {
    this.#stretches = this.#stretches.filter((stretch) => stretch.turn !== turn);
  }
}

/** A provider that changes item with every piece would make each look-up longer: past this its audio counts as one item's. */
const MAX_STRETCHES = 1000;

/** One spoken item, in milliseconds of audio. */
export interface HeardAudio {
  itemId: string;
  heardMs: number;
  totalMs: number;
}

interface Stretch {
  readonly turn: string;
  readonly itemId: string;
  /** Audio of before, all of it played. */
  playedMs: number;
  /** The audio after that plays without a gap from here … */
  startsAtMs: number;
  /** … to here. */
  endsAtMs: number;
}

function totalOf(stretch: Stretch): number {
  return stretch.playedMs + stretch.endsAtMs - stretch.startsAtMs;
}

/** Sums and differences of clock readings are off by some billionths, and a whole millisecond must stay whole. */
function withoutNoise(ms: number): number {
  return Math.round(ms * 1000) / 1000;
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
