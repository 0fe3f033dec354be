import { type Attack } from '../attack.ts';
import { request } from '../harness/access.ts';
import { fakeTimeEnvironment, findFakeTime, setWallClock } from '../harness/fake-time.ts';
import { GatewayProcess, newFolder } from '../harness/gateway-process.ts';
import { openReadyCall } from '../harness/open-calls.ts';
import { pause } from '../harness/wait.ts';

const JUMPS_S = [100_000, -3_600, 3_600];
const CALL_MS = 2_500;
/** Above the length of a call by what a busy machine may add. */
const MOST_MS = CALL_MS + 5_000;

/** Two gateways in turn would cost the same as one, so each jump has calls of its own on this one. */
export const clockJumps: Attack = {
  name: 'clock-jumps',
  who: 'the clock',
  does: 'jumps by a day and by an hour, forth and back, in the middle of calls',
  alone: 'its gateway has a clock of its own',
  missing: () => (findFakeTime() === undefined ? 'libfaketime is not installed' : undefined),
  gateway: 'none',
  async run(stage) {
    const folder = newFolder();
    const gateway = await GatewayProcess.start({ folder, env: fakeTimeEnvironment(findFakeTime() ?? '', folder) });
    try {
      for (const seconds of JUMPS_S) await callAcross(seconds, folder, { ...stage, access: gateway });
    } finally {
      await gateway.stop();
    }
    return `jumps of ${JUMPS_S.join(', ')} s`;
  },
};

async function callAcross(
  seconds: number,
  folder: string,
  { access, expect }: Parameters<Attack['run']>[0],
): Promise<void> {
  const call = await openReadyCall(access);
  call.send({ t: 'text', text: 'hello' });
  await pause(CALL_MS / 2);
  setWallClock(folder, seconds);
  await pause(CALL_MS / 2);
  expect(!call.isClosed, `${seconds} s: the call was ended: ${call.closeCode}`);
  const key = access.keys[0];
  await request(access.url, `/v1/sessions/${call.session.sessionId}/end`, { method: 'POST', key });
  await pause(300);
  const { body } = await request(access.url, `/v1/sessions/${call.session.sessionId}`, { key });
  const durationMs = Number(body['durationMs']);
  expect(durationMs >= CALL_MS / 2 && durationMs <= MOST_MS, `${seconds} s: the record says ${durationMs} ms`);
  expect(String(body['endedAt']) >= String(body['createdAt']), `${seconds} s: the call ended before it began`);
  const usage = await request(access.url, '/v1/usage?from=2000-01-01&to=2100-01-01', { key });
  const total = /"durationMs":(\d+)/.exec(JSON.stringify(usage.body))?.[1];
  expect(Number(total) <= MOST_MS * JUMPS_S.length, `${seconds} s: the usage says ${total} ms`);
  setWallClock(folder, 0);
}
