import type { Attack } from '../attack.ts';
import { megabytes, openReadyCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { BINARY, clientFrame, jsonFrame, repeated } from '../harness/websocket-frame.ts';

export const vendorTakesNothing: Attack = {
  name: 'vendor-takes-nothing',
  who: 'a token, a vendor',
  does: 'the vendor stops to read, and the client sends audio and texts as fast as they are taken',
  async run({ access, vendor, signal, floodMs }) {
    const calls = await Promise.all(
      vendor.providers.map((provider) => openReadyCall(access, mannered(provider, 'read-nothing'))),
    );
    const bytes = repeated(
      Buffer.concat([clientFrame(BINARY, Buffer.alloc(960)), jsonFrame({ t: 'text', text: 'a'.repeat(2000) })]),
      20,
    );
    await Promise.all(calls.map((call) => call.flood(bytes, floodMs * 2, signal)));
    const sent = calls.reduce((sum, call) => sum + call.sentBytes, 0);
    for (const call of calls) call.leave();
    return `${megabytes(sent)} by ${calls.length} calls`;
  },
};
