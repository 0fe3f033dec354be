/** Time as the gateway sees it: injected, so that tests can hold a half-hour call in a moment. */
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Epoch milliseconds. */
  epochMs(): number;
  /** Calls back once, after `delayMs`. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

/** A timer that was set. */
export interface Timer {
  /** It will not fire; harmless when it already has. */
  cancel(): void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  epochMs: () => Date.now(),
  setTimer(callback, delayMs) {
    const handle = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
