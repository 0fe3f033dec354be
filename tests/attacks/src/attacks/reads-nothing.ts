import type { Attack } from '../attack.ts';
import { megabytes, openCall } from '../harness/open-calls.ts';
import { jsonFrame, repeated } from '../harness/websocket-frame.ts';

const CALLS = 16;
const FRAMES: readonly object[] = [
  { t: 'ping', id: 1 },
  { t: 'ping', id: 1 },
  { t: 'ping', id: 1 },
  { t: 'interrupt' },
  { t: 'ping', id: 1 },
  { t: 'ping', id: 1 },
  { t: 'ping', id: 1 },
  { t: 'tool_result', callId: 'nobody', output: '' },
];
const MS = 17_000;

export const readsNothing: Attack = {
  name: 'reads-nothing',
  who: `${CALLS} tokens`,
  does: 'ask for answers as fast as they can and read none, against a gateway with a heap of 256 MB',
  alone: 'its gateway has little memory',
  gateway: { nodeArguments: ['--max-old-space-size=256'] },
  async run({ access, signal }) {
    const calls = await Promise.all(Array.from({ length: CALLS }, () => openCall(access, {}, { reads: false })));
    await Promise.all(
      calls.map((call, index) =>
        call.flood(repeated(jsonFrame(FRAMES[index % FRAMES.length] ?? {}), 2500), MS, signal),
      ),
    );
    const sent = calls.reduce((sum, call) => sum + call.sentBytes, 0);
    for (const call of calls) call.leave();
    return `${megabytes(sent)} by ${CALLS} calls`;
  },
};
