/** An assistant turn as it came out of the loudspeaker. Times are milliseconds since the call was started. */
export interface HeardTurn {
  readonly turn: string;
  readonly startMs: number;
  /** `undefined` while it is being played. */
  readonly endMs: number | undefined;
  /** Exactly how much was played, where the speaker has told; else `undefined`. */
  readonly playedMs: number | undefined;
  readonly interrupted: boolean;
}

/** Works out which turn was heard when, from what the conversation tells. */
export interface HeardTurns {
  /** Audio of a turn came, and waits to be played. */
  queue(turn: string): void;
  /** The loudspeaker became audible, or silent. @returns the turn that is heard from now on */
  setAudible(audible: boolean, atMs: number): string | undefined;
  /** The speaker tells how much of a turn it has played; the turn is over. */
  settle(turn: string, playedMs: number, atMs: number): void;
  /** All that waits was dropped. `turn` is the one that was cut, else the one being heard; `playedMs` how much of it was. */
  cut(atMs: number, cut: { turn?: string | undefined; playedMs?: number | undefined }): void;
  /** Drops queued audio: the session is over. */
  drop(): void;
  list(): readonly HeardTurn[];
}

export function createHeardTurns(): HeardTurns {
  let heard: readonly HeardTurn[] = [];
  let waiting: string[] = [];
  /** Turns that are over: audio that trails behind does not bring them back. */
  const over = new Set<string>();
  let isAudible = false;

  const playing = () => heard.find((turn) => turn.endMs === undefined);

  function change(turn: string, fields: Partial<HeardTurn>): void {
    heard = heard.map((other) => (other.turn === turn ? { ...other, ...fields } : other));
  }

  function begin(atMs: number): string | undefined {
    const turn = waiting.shift();
    if (turn === undefined) return undefined;
    heard = [...heard, { turn, startMs: atMs, endMs: undefined, playedMs: undefined, interrupted: false }];
    return turn;
  }

  function drop(): void {
    for (const turn of waiting) over.add(turn);
    waiting = [];
  }

  return {
    queue(turn) {
      if (over.has(turn) || waiting.includes(turn) || heard.some((other) => other.turn === turn)) return;
      waiting.push(turn);
    },
    setAudible(now, atMs) {
      isAudible = now;
      const turn = playing();
      if (now) return turn?.turn ?? begin(atMs);
      if (turn) {
        over.add(turn.turn);
        change(turn.turn, { endMs: atMs });
      }
      return undefined;
    },
    settle(turn, playedMs, atMs) {
      over.add(turn);
      waiting = waiting.filter((other) => other !== turn);
      const known = heard.find((other) => other.turn === turn);
      if (known) change(turn, { playedMs, endMs: known.endMs ?? atMs });
      else if (playedMs > 0) {
        heard = [...heard, { turn, startMs: atMs - playedMs, endMs: atMs, playedMs, interrupted: false }];
      }
      if (isAudible && !playing()) begin(atMs);
    },
    cut(atMs, { turn, playedMs }) {
      drop();
      // The loudspeaker may have fallen silent a moment before the news of why.
      const target = heard.findLast((other) =>
        turn === undefined ? other.playedMs === undefined : other.turn === turn,
      );
      if (!target) return;
      over.add(target.turn);
      change(target.turn, {
        endMs: target.endMs ?? atMs,
        playedMs: playedMs ?? target.playedMs,
        interrupted: true,
      });
    },
    drop,
    list: () => heard,
  };
}
