const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
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

/**
 * Wait before an attempt, in milliseconds: doubles with each, and differs between pages, so that they do not all come at once.
 * @param attempt - 0 for the first.
 * @param random - 0 to 1.
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  return random * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
}
