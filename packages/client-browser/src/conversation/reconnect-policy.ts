const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
/** A connection that was ready for less than this, in milliseconds, has not ended the trouble. */
const SETTLED_AFTER_MS = 5_000;
/** Each session that breaks at once costs a mint and a provider's connection: no row of losses gets more of them. */
const MOST_SESSIONS = 10;
/** A gateway that leaves sends away everybody in one instant: they come back spread over a second, the wait of the third attempt. */
const ATTEMPTS_AFTER_SHUTDOWN = 2;
/** Codes with which networks, proxies and gateways that restart break connections. */
const BROKEN = [1001, 1005, 1006, 1012, 1013, 1014];

/** How a connection ended. */
export interface LostConnection {
  readonly code: number;
  readonly reason: string;
  /** Whether the gateway said `end`. */
  readonly announced: boolean;
}

/** Whether another session may go on where this one stopped. Most ends are meant: they would only repeat. */
export function mayReconnect({ code, reason, announced }: LostConnection): boolean {
  return announced ? reason === 'server_shutdown' : BROKEN.includes(code);
}

/** Keeps count of a row of losses, which goes on until a connection has settled. @see SPEC.md rule CV16 */
export interface Recovery {
  /** The session of the present connection is ready. */
  ready(): void;
  /**
   * The connection is gone, or the network; may be told twice.
   * @param isShared - The gateway sent away everybody.
   */
  lost(isShared?: boolean): void;
  /** There is a connection. */
  back(): void;
  /** A session was given for an attempt. */
  given(): void;
  /** Wait before the next attempt, in milliseconds; `undefined` when this row has had all the sessions it gets. @param random - 0 to 1. */
  nextDelayMs(random: number): number | undefined;
  /** Time without a connection in this row so far, in milliseconds. */
  readonly spentMs: number;
}

/** Before the first loss. */
export function createRecovery(): Recovery {
  let attempts = 0;
  let sessions = 0;
  let spentMs = 0;
  /** `undefined` while there is a connection. */
  let lostAtMs: number | undefined;
  let readyAtMs = Infinity;
  const now = (): number => performance.now();
  const sinceLossMs = (): number => now() - (lostAtMs ?? now());

  return {
    ready: () => void (readyAtMs = now()),
    lost(isShared) {
      if (lostAtMs === undefined && now() - readyAtMs >= SETTLED_AFTER_MS) attempts = sessions = spentMs = 0;
      if (isShared) attempts ||= ATTEMPTS_AFTER_SHUTDOWN;
      lostAtMs ??= now();
    },
    back() {
      spentMs += sinceLossMs();
      lostAtMs = undefined;
      readyAtMs = Infinity;
    },
    given: () => void (sessions += 1),
    nextDelayMs: (random) => (sessions < MOST_SESSIONS ? reconnectDelayMs(attempts++, random) : undefined),
    get spentMs() {
      return spentMs + sinceLossMs();
    },
  };
}

/**
 * Wait before an attempt, in milliseconds: doubles with each, and differs between pages, so that they do not all come at once.
 * @param attempt - 0 for the first.
 * @param random - 0 to 1.
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  return random * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
}
