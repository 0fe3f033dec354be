import type { Attack } from '../attack.ts';
import { mintBody, request } from '../harness/access.ts';

const FIELDS = 26_000;
const MOST_ISSUES = 50;
const MOST_BYTES = 16_384;

export const unknownFields: Attack = {
  name: 'unknown-fields',
  who: 'one key',
  does: `asks again and again for a session with ${FIELDS.toLocaleString('en')} fields that do not exist`,
  async run({ access, signal, floodMs, expect }) {
    const body = JSON.stringify({
      ...mintBody(),
      ...Object.fromEntries(Array.from({ length: FIELDS }, (_, index) => [index.toString(36), 1])),
    });
    const deadline = performance.now() + floodMs;
    let count = 0;
    while (performance.now() < deadline && !signal.aborted) {
      const answer = await request(access.url, '/v1/sessions', { method: 'POST', key: access.keys[0], body });
      count++;
      if (answer.status === 429) continue;
      const issues = (answer.body['issues'] ?? []) as readonly unknown[];
      expect(answer.status === 400, `it was answered with ${answer.status}`);
      expect(issues.length <= MOST_ISSUES, `the answer lists ${issues.length} issues`);
      expect(answer.bytes <= MOST_BYTES, `the answer has ${answer.bytes} bytes`);
      if (issues.length > MOST_ISSUES) break;
    }
    return `${count} x ${Math.round(body.length / 1000)} kB`;
  },
};
