import type { Attack } from '../attack.ts';
import { openReadyCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { within } from '../harness/wait.ts';

/** More than what waits for a client may be, and than what a system takes in beside it. */
const SECONDS = 330;
/** As base64 below 16 MiB, the least that an adapter takes in one message. */
const XAI_SECONDS = 240;
const LATE_MS = 500;

export const longDelta: Attack = {
  name: 'long-delta',
  who: 'one vendor',
  does: 'sends minutes of audio in a single event to a client that reads, if half a second late',
  async run({ access, vendor, expect }) {
    await Promise.all(
      vendor.providers.map(async (provider) => {
        const seconds = provider === 'xai' ? XAI_SECONDS : SECONDS;
        const bytes = seconds * 48_000;
        const call = await openReadyCall(access, mannered(provider, `long-delta:${seconds}`));
        call.send({ t: 'text', text: 'Read me a book.' });
        await call.lookAway(LATE_MS);
        await within(10_000, () => call.audioBytes >= bytes || call.isClosed);
        expect(!call.isClosed, `${provider}: a client that reads was cut off: ${call.closeCode}`);
        expect(call.audioBytes === bytes, `${provider}: ${call.audioBytes} of ${bytes} bytes of audio arrived`);
        call.leave();
      }),
    );
    return `${vendor.providers.length} events of ${SECONDS} s of audio`;
  },
};
