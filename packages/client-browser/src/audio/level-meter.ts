const ATTACK_MS = 10;
const RELEASE_MS = 200;

/** Follows loudness the way an eye wants to see it: up at once, down slowly. */
export interface LevelMeter {
  /** Takes a root mean square, 0 to 1. */
  push(rms: number): void;
  /** 0 (−60 dBFS or less) to 1 (full scale). */
  read(): number;
}

/** @param now - Milliseconds on any clock that does not go back. */
export function createLevelMeter(now: () => number = () => performance.now()): LevelMeter {
  let target = 0;
  let level = 0;
  let readAt = 0;

  return {
    push(rms) {
      follow();
      target = Math.max(0, Math.min(1, 1 + Math.log10(rms) / 3));
    },
    read: follow,
  };

  function follow(): number {
    const at = now();
    const time = target > level ? ATTACK_MS : RELEASE_MS;
    level += (target - level) * (1 - Math.exp((readAt - at) / time));
    readAt = at;
    return level;
  }
}
