import type { Attack } from '../attack.ts';
import { megabytes, openReadyCall } from '../harness/open-calls.ts';
import { jsonFrame, repeated } from '../harness/websocket-frame.ts';

const MS = 14_000;

export const toldToSlowDown: Attack = {
  name: 'told-to-slow-down',
  who: 'one token',
  does: 'keeps up a flood of pings for so long that it has to be told once, in words, and is never cut off',
  async run({ access, signal, expect }) {
    const call = await openReadyCall(access);
    await call.flood(repeated(jsonFrame({ t: 'ping', id: 1 }), 500), MS, signal);
    if (!signal.aborted) expect(call.countOf('error', 'TOO_FAST') > 0, 'nobody said TOO_FAST');
    expect(call.countOf('error', 'TOO_FAST') <= 2, `TOO_FAST came ${call.countOf('error', 'TOO_FAST')} times`);
    expect(!call.isClosed, `the call was ended: ${call.closeCode}`);
    call.leave();
    return `${megabytes(call.sentBytes)} of pings`;
  },
};
