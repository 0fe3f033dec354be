// What a vendor may say, over and over as fast as it is taken: one attack for each kind of event, in the words of every vendor.
import type { Attack } from '../attack.ts';
import { mint } from '../harness/access.ts';
import { megabytes, openReadyCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { RawCall } from '../harness/raw-call.ts';
import { vendorStats } from '../harness/vendor.ts';
import { pause } from '../harness/wait.ts';
import { FLOODS } from '../vendor/manners.ts';

const MS = 5_000;

const afterInput: readonly Attack[] = FLOODS.map((flood) => ({
  name: `vendor-flood-of-${flood}`,
  who: 'one vendor',
  does: `says ${flood.replaceAll('-', ' ')} as fast as it is taken`,
  async run({ access, vendor, signal }) {
    const sessions = vendor.providers.map((provider) => mannered(provider, `flood:${flood}`));
    const calls = await Promise.all(sessions.map((s2s) => openReadyCall(access, s2s)));
    for (const call of calls) call.send({ t: 'text', text: 'Go on.' });
    await pause(MS, signal);
    const stats = await Promise.all(sessions.map(({ model }) => vendorStats(vendor, model)));
    for (const call of calls) call.leave();
    return `${megabytes(stats.reduce((sum, { sentBytes }) => sum + sentBytes, 0))} by ${calls.length} vendors`;
  },
}));

const EARLY = ['audio', 'unknown', 'long-words', 'tiny'] as const;

const beforeClient: Attack = {
  name: 'vendor-flood-before-client',
  who: 'one vendor',
  does: 'says everything it can before the client of the session has come, which comes late',
  async run({ access, vendor, signal, expect }) {
    const sessions = vendor.providers.flatMap((provider) =>
      EARLY.map((flood) => mannered(provider, `flood-at-once:${flood}`)),
    );
    const calls = await Promise.all(
      sessions.map(async (s2s) => {
        const session = await mint(access, s2s);
        await pause(MS, signal);
        return RawCall.open(access, session);
      }),
    );
    await pause(2_000, signal);
    const stats = await Promise.all(sessions.map(({ model }) => vendorStats(vendor, model)));
    const unready = calls.filter((call) => call.find('ready') === undefined).length;
    expect(unready === 0, `${unready} of ${calls.length} late clients found no call that was ready`);
    for (const call of calls) call.leave();
    return `${megabytes(stats.reduce((sum, { sentBytes }) => sum + sentBytes, 0))} in ${calls.length} sessions`;
  },
};

export const vendorFloods: readonly Attack[] = [...afterInput, beforeClient];
