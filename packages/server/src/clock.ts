/** Time as the gateway sees it: injected, so that tests can hold a half-hour call in a moment. */
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Epoch milliseconds. */
  epochMs(): number;
  /** Calls back once, after `delayMs`, however long that is; what is negative or no number counts as 0. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

/** A timer that was set. */
export interface Timer {
  /** It will not fire; harmless when it already has. */
  cancel(): void;
}

/** The platform's timers take no longer delay: past it they fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  epochMs: () => Date.now(),
  setTimer(callback, delayMs) {
    let leftMs = timerDelayMs(delayMs);
    let handle: ReturnType<typeof setTimeout> | undefined;
    const arm = (): void => {
      const stepMs = Math.min(leftMs, MAX_TIMEOUT_MS);
      leftMs -= stepMs;
      handle = setTimeout(leftMs > 0 ? arm : callback, stepMs);
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A delay that a timer can keep: `Infinity` stays, and never comes. */
export function timerDelayMs(delayMs: number): number {
  return delayMs > 0 ? delayMs : 0;
}
