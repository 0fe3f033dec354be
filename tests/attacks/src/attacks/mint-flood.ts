import type { Attack } from '../attack.ts';
import { mintBody, request } from '../harness/access.ts';

const AT_ONCE = 40;
const METADATA_CHARS = 12_000;

export const mintFlood: Attack = {
  name: 'mint-flood',
  who: 'one key',
  does: 'mints sessions with large metadata and idempotency keys as fast as it can, at the limits every key has',
  alone: 'the limits are on, and it counts what is left for others',
  gateway: { env: { SPEKO_KEY_SESSIONS_PER_MINUTE: undefined, SPEKO_KEY_CONCURRENT_SESSIONS: undefined } },
  async run({ access, signal, floodMs, expect }) {
    const statuses = new Map<number, number>();
    const deadline = performance.now() + floodMs;
    let next = 0;
    const worker = async (): Promise<void> => {
      while (performance.now() < deadline && !signal.aborted) {
        const answer = await request(access.url, '/v1/sessions', {
          method: 'POST',
          key: access.keys[0],
          headers: { 'idempotency-key': `key-${next++}` },
          body: mintBody({}, { metadata: { filler: 'x'.repeat(METADATA_CHARS) } }),
        });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
    };
    const flood = Promise.all(Array.from({ length: AT_ONCE }, worker));
    const other = await request(access.url, '/v1/sessions', { method: 'POST', key: access.keys[1], body: mintBody() });
    await flood;
    expect(other.status === 201, `another key's mint was answered with ${other.status}`);
    const odd = [...statuses.keys()].filter((status) => ![201, 429, 503].includes(status));
    expect(odd.length === 0, `mints were answered with ${odd.join(', ')}`);
    return [...statuses].map(([status, count]) => `${count} x ${status}`).join(', ');
  },
};
