// Vendors that end, or announce the end of, every connection. A call may be moved a few times; it may not storm.
import type { Attack } from '../attack.ts';
import { openReadyCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { vendorStats } from '../harness/vendor.ts';
import { pause } from '../harness/wait.ts';

const MS = 8_000;
/** An honest vendor ends a session after minutes: within seconds a few attempts with growing waits are all there should be. */
const MOST_CONNECTIONS = 6;
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

const LEAVES: readonly {
  name: string;
  does: string;
  providers: readonly string[];
  manners: () => readonly string[];
  most: number;
}[] = [
  {
    name: 'expires-at',
    does: 'states an end of the session that is 0, long past, near, in milliseconds or centuries away',
    providers: ['openai', 'xai'],
    manners: () =>
      [
        0,
        1,
        -5,
        99_999_999_999,
        nowSeconds() + 30,
        nowSeconds() - 1800,
        nowSeconds() + 170,
        Date.now() + 1_800_000,
        1e300,
      ].map((at) => `expires:${at}`),
    // Nothing has happened: a second connection is the one that was dialled ahead.
    most: 2,
  },
  {
    name: 'go-away',
    does: 'announces the end of every connection as soon as it is open',
    providers: ['google'],
    manners: () => ['0', '0.5', '9', '60', '600', 'NaN'].map((seconds) => `go-away:${seconds}`),
    most: MOST_CONNECTIONS,
  },
  {
    name: 'closes-when-ready',
    does: 'ends every connection as soon as it is ready, with each close code and with none',
    providers: ['openai', 'google', 'xai'],
    manners: () => [0, 1000, 1001, 1011, 1012, 1013].map((code) => `close:${code}`),
    most: MOST_CONNECTIONS,
  },
];

export const vendorLeaves: readonly Attack[] = LEAVES.map(({ name, does, providers, manners, most }) => ({
  name: `vendor-${name}`,
  who: 'one vendor',
  does,
  async run({ access, vendor, signal, expect }) {
    const reached = providers.filter((provider) => vendor.providers.includes(provider));
    const sessions = reached.flatMap((provider) => manners().map((manner) => mannered(provider, manner)));
    // A vendor that leaves at once may well end the call.
    const calls = await Promise.all(sessions.map((s2s) => openReadyCall(access, s2s).catch(() => undefined)));
    await pause(MS, signal);
    const counts = await Promise.all(sessions.map(async ({ model }) => (await vendorStats(vendor, model)).connections));
    for (const [index, count] of counts.entries()) {
      const { provider, model } = sessions[index] ?? { provider: '', model: '' };
      expect(count <= most, `${provider} ${model.split('~')[0]}: ${count} connections in ${MS / 1000} s`);
    }
    for (const call of calls) call?.leave();
    return `${sessions.length} calls, ${counts.reduce((sum, count) => sum + count, 0)} connections`;
  },
}));
