import type { Attack } from '../attack.ts';
import { openReadyCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { vendorStats } from '../harness/vendor.ts';
import { within } from '../harness/wait.ts';

const RESULT_CHARS = 900_000;
/** The least that must arrive of it, whatever a vendor's own limit is. */
const LEAST_BYTES = 10_000;

export const bigToolResults: Attack = {
  name: 'big-tool-results',
  who: 'one token',
  does: 'answers a tool call of each vendor with 900 kB, as published clients do, and then again with nothing to answer',
  async run({ access, vendor, expect }) {
    const tools = [{ name: 'lookup', description: 'Looks things up.', parameters: { type: 'object' } }];
    await Promise.all(
      vendor.providers.map(async (provider) => {
        const s2s = mannered(provider, 'call-tool', { tools });
        const call = await openReadyCall(access, s2s);
        call.send({ t: 'text', text: 'Look.' });
        await within(10_000, () => call.find('tool_call') !== undefined);
        const callId = call.find('tool_call')?.['callId'];
        expect(callId !== undefined, `${provider}: no tool_call came`);
        const before = (await vendorStats(vendor, s2s.model)).otherBytes;
        for (let count = 0; count < 4; count++) {
          call.send({ t: 'tool_result', callId, output: `${count} `.repeat(RESULT_CHARS / 2) });
        }
        const arrived = await within(
          10_000,
          async () => (await vendorStats(vendor, s2s.model)).otherBytes - before > LEAST_BYTES,
        );
        expect(arrived, `${provider}: the result did not reach the vendor`);
        expect(!call.isClosed, `${provider}: the call was ended: ${call.closeCode}`);
        call.leave();
      }),
    );
    return `${vendor.providers.length} x 4 results of 900 kB`;
  },
};
