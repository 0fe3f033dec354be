import { type Attack, ownGateway } from '../attack.ts';
import { mint, mintBody, request } from '../harness/access.ts';
import { lockStore } from '../harness/lock-holder.ts';
import { openReadyCall } from '../harness/open-calls.ts';
import { upgrade } from '../harness/raw-call.ts';
import { pause, settledWithin, within } from '../harness/wait.ts';

const LOCK_MS = 10_000;
const CALLS = 20;

export const lockedStore: Attack = {
  name: 'locked-store',
  who: 'the operator',
  does: `holds SQLite's write lock for ${LOCK_MS / 1000} s while ${CALLS} calls talk`,
  alone: 'nobody may mint meanwhile',
  async run(stage) {
    const { access, signal, expect } = stage;
    const key = access.keys[0];
    const { folder } = ownGateway(stage);
    const calls = await Promise.all(Array.from({ length: CALLS }, () => openReadyCall(access)));
    const waiting = await mint(access);
    const release = lockStore(folder);
    try {
      const talking = Promise.all(
        calls.map(async (call, index) => {
          await pause(index * 50, signal);
          for (let turn = 0; turn < 3; turn++) {
            call.send({ t: 'text', text: `hello ${turn}` });
            await pause(3_000, signal);
          }
        }),
      );
      const lockedAtMs = performance.now();
      await pause(1_500, signal);
      const minted = await settledWithin(
        5_000,
        request(access.url, '/v1/sessions', { method: 'POST', key, body: mintBody() }),
      );
      expect(minted?.status === 503, `a mint was answered with ${minted?.status ?? 'nothing in 5 s'}`);
      expect(minted?.body['code'] === 'STORE_UNAVAILABLE', `the code was ${String(minted?.body['code'])}`);
      expect(Number(minted?.headers.get('retry-after')) >= 1, 'there was no Retry-After');
      const refused = await settledWithin(5_000, upgrade(access, waiting));
      expect(refused?.status === 503, `an upgrade was answered with ${refused?.status ?? 'nothing in 5 s'}`);
      refused?.socket.destroy();
      const ready = await settledWithin(5_000, request(access.url, '/readyz'));
      expect(ready?.status === 200, `/readyz was ${ready?.status ?? 'silent'}`);
      expect(ready?.body['status'] === 'degraded', `/readyz said ${JSON.stringify(ready?.body)}`);
      await pause(LOCK_MS - (performance.now() - lockedAtMs), signal);
      await talking;
    } finally {
      release();
    }
    const isWell = await within(5_000, async () => (await request(access.url, '/readyz')).body['status'] === 'ok');
    expect(isWell, '/readyz is not ok 5 s after the lock was gone');
    const opened = await upgrade(access, waiting);
    expect(opened.status === 101, `the token that was refused meanwhile was then answered with ${opened.status}`);
    opened.socket.destroy();
    await pause(1_000, signal);
    expect(
      calls.every((call) => !call.isClosed),
      'a call was ended',
    );
    const finals = calls.map((call) =>
      call.frames.filter((frame) => frame.t === 'transcript' && frame['final'] === true),
    );
    const isKept = await within(10_000, async () => {
      const kept = await Promise.all(
        calls.map(async ({ session }) => {
          const answer = await request(access.url, `/v1/sessions/${session.sessionId}/transcript`, { key });
          return ((answer.body['entries'] ?? []) as readonly unknown[]).length;
        }),
      );
      return kept.every((count, index) => count >= (finals[index]?.length ?? 0));
    });
    expect(isKept, 'finals of the time of the lock are not in the record');
    for (const call of calls) call.leave();
    return `a lock of ${LOCK_MS / 1000} s, ${finals.flat().length} finals`;
  },
};
