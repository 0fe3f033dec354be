/** Time as the gateway sees it: injected, so that tests can hold a half-hour call in a moment. */
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Epoch milliseconds. */
  epochMs(): number;
  setTimer(callback: () => void, delayMs: number): Timer;
}

export interface Timer {
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
