import { spawnSync } from 'node:child_process';
import { type Attack, ownGateway } from '../attack.ts';
import { request } from '../harness/access.ts';
import { openReadyCall } from '../harness/open-calls.ts';
import { pause, within } from '../harness/wait.ts';

const BIG_TEXT_CHARS = 60_000;
const CALLS = 4;

export const fullDisk: Attack = {
  name: 'full-disk',
  who: 'the operator',
  does: 'lets the disk run full while calls talk, then makes room',
  alone: 'its gateway may write files of a limited size only',
  // The soft limit alone, so that it can be lifted again. What goes beyond it fails as a full disk does.
  gateway: { wrap: ['/bin/sh', '-c', 'ulimit -S -f 4096; exec "$0" "$@"'] },
  missing: () =>
    process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0
      ? undefined
      : 'this needs Linux and prlimit',
  async run(stage) {
    const { access, signal, expect } = stage;
    const gateway = ownGateway(stage);
    const calls = await Promise.all(Array.from({ length: CALLS }, () => openReadyCall(access)));
    const isDegraded = (): Promise<boolean> =>
      request(access.url, '/readyz').then(({ body }) => body['status'] === 'degraded');
    let rounds = 0;
    // Until it notices, or has had more than its files may hold.
    while (rounds < 40 && !(await isDegraded())) {
      for (const call of calls) call.send({ t: 'text', text: `${++rounds} `.padEnd(BIG_TEXT_CHARS, 'x') });
      await pause(100, signal);
    }
    expect(await isDegraded(), '/readyz does not say degraded while nothing can be written');
    await pause(1_500, signal);
    spawnSync('prlimit', ['--pid', String(gateway.pid), '--fsize=unlimited:unlimited']);
    expect(await within(10_000, async () => !(await isDegraded())), 'it did not recover within 10 s');
    const areKept = await Promise.all(
      calls.map((call) => {
        expect(!call.isClosed, `a call was ended: ${call.closeCode}`);
        const finals = call.frames.filter((frame) => frame.t === 'transcript' && frame['final'] === true);
        const path = `/v1/sessions/${call.session.sessionId}/transcript`;
        return within(10_000, async () => {
          const { body } = await request(access.url, path, { key: access.keys[0] });
          return ((body['entries'] ?? []) as readonly unknown[]).length >= finals.length;
        });
      }),
    );
    expect(areKept.every(Boolean), 'finals of the time of the full disk are not in the record');
    for (const call of calls) call.leave();
    return `${rounds} texts of ${BIG_TEXT_CHARS / 1000} kB`;
  },
};
