const TICK_MS = 1_000;
const PING_EVERY_MS = 5_000;
/** A connection that says nothing for this long after a ping is dead. */
const PATIENCE_MS = 8_000;
/** The same when there is reason to doubt it. */
const DOUBT_MS = 2_000;

/** Options of {@link ConnectionHealth}. */
export interface ConnectionHealthOptions {
  readonly ping: () => void;
  /** The connection is dead. */
  readonly onDead: () => void;
}

/** Finds out whether a connection still carries anything: a WebSocket may stay open for minutes after the network went. */
export interface ConnectionHealth {
  /** Something came. */
  sawTraffic(): void;
  /** Pings now, and waits no longer than 2 s. */
  doubt(): void;
  /** Without a network nothing can come: waits for `doubt()`. */
  pause(): void;
  stop(): void;
}

/** Counts from the pings it sent, not from what was heard: timers of hidden tabs may be a minute late. */
export function watchHealth({ ping, onDead }: ConnectionHealthOptions): ConnectionHealth {
  let askedAtMs = performance.now();
  /** `undefined` while no answer is awaited. */
  let patienceMs: number | undefined;
  let isPaused = false;

  function ask(limitMs: number): void {
    askedAtMs = performance.now();
    patienceMs = limitMs;
    ping();
  }

  const timer = setInterval(() => {
    const passedMs = performance.now() - askedAtMs;
    if (isPaused) return;
    if (patienceMs === undefined) {
      if (passedMs >= PING_EVERY_MS) ask(PATIENCE_MS);
    } else if (passedMs >= patienceMs) {
      onDead();
    }
  }, TICK_MS);

  return {
    sawTraffic: () => (patienceMs = undefined),
    doubt: () => {
      isPaused = false;
      ask(DOUBT_MS);
    },
    pause: () => (isPaused = true),
    stop: () => clearInterval(timer),
  };
}
