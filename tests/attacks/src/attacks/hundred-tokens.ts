import type { Attack } from '../attack.ts';
import { megabytes, openCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { BINARY, clientFrame, jsonFrame, repeated } from '../harness/websocket-frame.ts';

const CALLS = 100;
const KINDS: readonly Buffer[] = [
  repeated(clientFrame(BINARY, Buffer.alloc(2)), 2000),
  repeated(clientFrame(BINARY, Buffer.alloc(960)), 50),
  repeated(jsonFrame({ t: 'ping', id: 1 }), 1000),
  repeated(jsonFrame({ t: 'text', text: 'a' }), 500),
  repeated(jsonFrame({ t: 'interrupt' }), 1000),
];

export const hundredTokens: Attack = {
  name: 'hundred-tokens',
  who: 'one key',
  does: `${CALLS} of its calls, half of which read nothing, flood with audio, pings, texts and interrupts`,
  alone: 'the key may have that many calls only once',
  async run({ access, signal, floodMs }) {
    const calls = await Promise.all(
      Array.from({ length: CALLS }, (_, index) =>
        openCall(access, index % 4 === 0 ? mannered('openai', 'quiet') : {}, { reads: index % 2 === 0 }),
      ),
    );
    await Promise.all(
      calls.map((call, index) => call.flood(KINDS[index % KINDS.length] ?? Buffer.alloc(0), floodMs * 2, signal)),
    );
    const sent = calls.reduce((sum, call) => sum + call.sentBytes, 0);
    for (const call of calls) call.leave();
    return `${megabytes(sent)} by ${CALLS} calls`;
  },
};
