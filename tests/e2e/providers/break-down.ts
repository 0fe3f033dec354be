import type { ProviderSimulator } from '@speko/simulator-kit';
import type { HostConnection } from '@speko/simulator-kit/host';
import type { Breakdown } from '@speko/tests-behaviour';
import { interjecting, type Interjection } from '../helpers/leaving-vendor.ts';

const CLOSE = { code: 1011, reason: 'Internal error encountered.' };

const INTERJECTIONS: Readonly<Record<Breakdown, Interjection>> = {
  close: { type: 'close', ...CLOSE },
  cut: { type: 'drop' },
  silence: { type: 'silence' },
};

/** A simulated vendor whose first connection breaks right after its first message with audio. */
export function breakingDown(
  simulator: ProviderSimulator,
  audioMessage: RegExp,
  how: Breakdown,
  firstConnection: () => HostConnection | undefined,
): ProviderSimulator {
  const isMoment = (message: string): boolean => {
    if (!audioMessage.test(message)) return false;
    // Pings are left unanswered as well, as soon as this message is on its way.
    if (how === 'silence') setImmediate(() => firstConnection()?.stall());
    return true;
  };
  return interjecting(simulator, isMoment, INTERJECTIONS[how]);
}

/** Breaks a connection there and then. */
export function breakNow(connection: HostConnection, how: Breakdown): void {
  if (how === 'close') connection.close(CLOSE.code, CLOSE.reason);
  else if (how === 'cut') connection.drop();
  else connection.stall();
}
