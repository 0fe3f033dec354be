import type { Attack } from '../attack.ts';
import { mint, mintBody, request } from '../harness/access.ts';
import { upgrade } from '../harness/raw-call.ts';

const AT_ONCE = 40;

export const badCredentials: Attack = {
  name: 'bad-credentials',
  who: 'anybody',
  does: 'asks for sessions with wrong keys, and for upgrades with wrong tokens, as fast as it can',
  async run({ access, signal, floodMs, expect }) {
    const { wsUrl, sessionId } = await mint(access);
    const statuses = new Map<number, number>();
    const deadline = performance.now() + floodMs;
    const worker = async (_: unknown, index: number): Promise<void> => {
      while (performance.now() < deadline && !signal.aborted) {
        const status = index % 2 === 0 ? await knock() : await badUpgrade();
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const knock = async (): Promise<number> =>
      (await request(access.url, '/v1/sessions', { method: 'POST', key: 'wrong', body: mintBody() })).status;
    const badUpgrade = async (): Promise<number> => {
      const { socket, status } = await upgrade(access, { sessionId, wsUrl, wsToken: 'wst_wrong' });
      socket.destroy();
      return status;
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const odd = [...statuses.keys()].filter((status) => status !== 401);
    expect(odd.length === 0, `wrong credentials were answered with ${odd.join(', ')}`);
    return `${statuses.get(401) ?? 0} requests`;
  },
};
