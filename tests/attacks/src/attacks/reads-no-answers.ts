import type { Attack } from '../attack.ts';
import { megabytes, openCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { jsonFrame } from '../harness/websocket-frame.ts';

export const readsNoAnswers: Attack = {
  name: 'reads-no-answers',
  who: 'a token, a vendor',
  does: 'the vendor speaks 40 times faster than real time to clients that read nothing and go on asking',
  async run({ access, vendor, signal, floodMs }) {
    const calls = await Promise.all(
      vendor.providers.flatMap((provider) =>
        [0, 1].map(() => openCall(access, mannered(provider, 'flood:audio'), { reads: false })),
      ),
    );
    await Promise.all(calls.map((call) => call.flood(jsonFrame({ t: 'text', text: 'Go on.' }), floodMs * 2, signal)));
    const sent = calls.reduce((sum, call) => sum + call.sentBytes, 0);
    for (const call of calls) call.leave();
    return `${megabytes(sent)} by ${calls.length} calls`;
  },
};
