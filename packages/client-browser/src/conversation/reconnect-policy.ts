const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
/** A connection that was ready for less than this, in milliseconds, has not ended the trouble. */
const SETTLED_AFTER_MS = 10_000;
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

/** What a row of losses has cost so far. It goes on until a connection has settled. Times are of one clock, in milliseconds. */
export interface Recovery {
  readonly attempts: number;
  /** Sessions that the application gave. */
  readonly sessions: number;
  /** Time without a connection, up to the last one. */
  readonly spentMs: number;
  /** `undefined` while there is a connection. */
  readonly lostAtMs: number | undefined;
  /** Since when the present connection, or the last one, was ready. */
  readonly readyAtMs: number;
}

/**
 * What happens to a connection: the session is `ready`; the connection, or the network, is `lost`, by a `shutdown` of the gateway
 * too; it is `back`. Beside them an `attempt` is planned, and a `session` was given for one.
 */
export type RecoveryInput = 'ready' | 'lost' | 'shutdown' | 'back' | 'attempt' | 'session';

/** Before the first loss. */
export const NO_LOSS: Recovery = { attempts: 0, sessions: 0, spentMs: 0, lostAtMs: undefined, readyAtMs: Infinity };

/** Takes a recovery one step further. Pure. @see SPEC.md rule CV16 */
export function stepRecovery(state: Recovery, input: RecoveryInput, nowMs: number): Recovery {
  const { attempts, sessions, spentMs, lostAtMs, readyAtMs } = state;
  switch (input) {
    case 'ready':
      return { ...state, readyAtMs: nowMs };
    case 'back':
      return { ...state, spentMs: spentMs + nowMs - (lostAtMs ?? nowMs), lostAtMs: undefined };
    case 'attempt':
      return { ...state, attempts: attempts + 1 };
    case 'session':
      return { ...state, sessions: sessions + 1, readyAtMs: Infinity };
    default: {
      const isNew = lostAtMs === undefined && nowMs - readyAtMs >= SETTLED_AFTER_MS;
      const row = { ...(isNew ? NO_LOSS : state), lostAtMs: lostAtMs ?? nowMs };
      return input === 'shutdown' ? { ...row, attempts: Math.max(row.attempts, ATTEMPTS_AFTER_SHUTDOWN) } : row;
    }
  }
}

/** Whether this row of losses has had all the sessions it gets. */
export function isExhausted({ sessions }: Recovery): boolean {
  return sessions >= MOST_SESSIONS;
}

/** Time that is left without a connection, in milliseconds. @param limitMs - For the whole row of losses. */
export function timeLeftMs({ spentMs, lostAtMs }: Recovery, limitMs: number, nowMs: number): number {
  return limitMs - spentMs - nowMs + (lostAtMs ?? nowMs);
}

/**
 * Wait before an attempt, in milliseconds: doubles with each, and differs between pages, so that they do not all come at once.
 * @param attempt - 0 for the first.
 * @param random - 0 to 1.
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  return random * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
}
