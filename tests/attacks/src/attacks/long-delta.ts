import type { Attack } from '../attack.ts';
import { megabytes, openReadyCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { within } from '../harness/wait.ts';

/** Below 16 MiB as base64, which is the least that an adapter takes in one message. */
const SECONDS = 240;
const BYTES = SECONDS * 48_000;

export const longDelta: Attack = {
  name: 'long-delta',
  who: 'one vendor',
  does: `sends ${SECONDS} s of audio in a single event to a client that reads`,
  async run({ access, vendor, expect }) {
    await Promise.all(
      vendor.providers.map(async (provider) => {
        const call = await openReadyCall(access, mannered(provider, `long-delta:${SECONDS}`));
        call.send({ t: 'text', text: 'Read me a book.' });
        await within(10_000, () => call.audioBytes >= BYTES || call.isClosed);
        expect(!call.isClosed, `${provider}: a client that reads was cut off: ${call.closeCode}`);
        expect(call.audioBytes === BYTES, `${provider}: ${call.audioBytes} of ${BYTES} bytes of audio arrived`);
        call.leave();
      }),
    );
    return `${vendor.providers.length} events of ${megabytes((BYTES * 4) / 3)}`;
  },
};
