/** Where a simulator host takes its time from, so that a test can hand in its own. */
export interface HostClock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Calls `run` once after `delayMs`. @returns Cancels the call. */
  schedule(delayMs: number, run: () => void): () => void;
}

/** The machine's own monotonic clock. */
export const systemClock: HostClock = {
  nowMs: () => performance.now(),
  schedule(delayMs, run) {
    // The platform's timers take no longer delay: past it they would fire at once.
    const timer = setTimeout(run, Math.min(delayMs, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};
