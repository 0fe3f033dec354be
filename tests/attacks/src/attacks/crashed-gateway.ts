import { type Attack } from '../attack.ts';
import { mint, request } from '../harness/access.ts';
import { GatewayProcess, newFolder } from '../harness/gateway-process.ts';
import { openReadyCall } from '../harness/open-calls.ts';
import { pause, settledWithin } from '../harness/wait.ts';

const CALLS = 20;
const STARTS_WITHIN_MS = 10_000;

export const crashedGateway: Attack = {
  name: 'crashed-gateway',
  who: 'the operator',
  does: `kills a gateway with ${CALLS} calls and starts it again at once`,
  alone: 'it is about the start of gateways',
  gateway: 'none',
  async run({ expect }) {
    const folder = newFolder();
    const first = await GatewayProcess.start({ folder });
    const calls = await Promise.all(Array.from({ length: CALLS }, () => openReadyCall(first)));
    for (const call of calls) call.send({ t: 'text', text: 'hello' });
    await pause(2_500);
    const finals = calls.map((call) =>
      call.frames.filter((frame) => frame.t === 'transcript' && frame['final'] === true),
    );
    await first.kill();
    const starting = GatewayProcess.start({ folder });
    const second = await settledWithin(STARTS_WITHIN_MS, starting);
    expect(second !== undefined, `it did not start within ${STARTS_WITHIN_MS / 1000} s of the crash`);
    if (second === undefined) {
      await settledWithin(
        40_000,
        starting.then((late) => late.stop()),
      );
      return 'one crash';
    }
    for (const [index, { session }] of calls.entries()) {
      const path = `/v1/sessions/${session.sessionId}`;
      const record = await request(second.url, path, { key: first.keys[0] });
      expect(record.body['status'] === 'ended', `a record says ${String(record.body['status'])}`);
      const transcript = await request(second.url, `${path}/transcript`, { key: first.keys[0] });
      const kept = ((transcript.body['entries'] ?? []) as readonly unknown[]).length;
      expect(kept >= (finals[index]?.length ?? 0), `${kept} of ${finals[index]?.length} finals were kept`);
    }
    expect((await mint(second)).wsToken !== '', 'it does not mint');
    await second.stop();
    return 'one crash';
  },
};
