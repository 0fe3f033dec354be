import type { Attack } from '../attack.ts';
import { mintBody, request } from '../harness/access.ts';
import { mannered } from '../harness/providers.ts';
import { pause, settledWithin } from '../harness/wait.ts';

const ANSWER_MS = 5_000;

export const schemaBomb: Attack = {
  name: 'schema-bomb',
  who: 'one key',
  does: 'gives tools whose small schemas grow without bounds when their references or unions are followed',
  async run({ access, vendor, expect }) {
    const bombs = { references: references(26), unions: unions(26), nested: nested(60), typeLists: typeLists(14) };
    let bytes = 0;
    for (const [name, parameters] of Object.entries(bombs)) {
      for (const provider of vendor.providers) {
        const tools = [{ name: 'lookup', description: 'Looks things up.', parameters }];
        const body = JSON.stringify(mintBody(mannered(provider, 'quiet', { tools })));
        bytes += body.length;
        const answer = await request(access.url, '/v1/sessions', {
          method: 'POST',
          key: access.keys[0],
          body,
          timeoutMs: ANSWER_MS,
        }).catch(() => undefined);
        const isFine = answer !== undefined && [201, 400, 429].includes(answer.status);
        expect(isFine, `${provider}, ${name}: ${answer?.status ?? `no answer in ${ANSWER_MS} ms`}`);
        // What is sent to the vendor is made a moment later.
        await pause(200);
        const isWell = await settledWithin(ANSWER_MS, request(access.url, '/healthz', { timeoutMs: ANSWER_MS }));
        expect(isWell !== undefined, `${provider}, ${name}: the gateway stood still for ${ANSWER_MS} ms after it`);
        // What stands still does not get better by more of it.
        if (answer === undefined || isWell === undefined) return `${bytes} bytes of schemas`;
      }
    }
    return `${bytes} bytes of schemas`;
  },
};

/** Each level names the next one twice. */
function references(levels: number): object {
  const $defs: Record<string, object> = { [`d${levels}`]: { type: 'string' } };
  for (let level = 0; level < levels; level++) {
    const next = { $ref: `#/$defs/d${level + 1}` };
    $defs[`d${level}`] = { type: 'object', properties: { a: next, b: next } };
  }
  return { type: 'object', properties: { x: { $ref: '#/$defs/d0' } }, $defs };
}

function unions(levels: number): object {
  const $defs: Record<string, object> = { [`d${levels}`]: { type: 'string' } };
  for (let level = 0; level < levels; level++) {
    const next = { $ref: `#/$defs/d${level + 1}` };
    $defs[`d${level}`] = { anyOf: [next, { type: 'array', items: next }, { allOf: [next] }] };
  }
  return { type: 'object', properties: { x: { $ref: '#/$defs/d0' } }, $defs };
}

function nested(levels: number): object {
  let schema: object = { type: 'string' };
  for (let level = 0; level < levels; level++) schema = { type: 'object', properties: { a: schema } };
  return schema;
}

/** Each level is a value of several types, all of which hold the next level. */
function typeLists(levels: number): object {
  let schema: object = { type: ['string', 'number'] };
  for (let level = 0; level < levels; level++) {
    schema = { type: ['object', 'array', 'string'], properties: { a: schema }, items: schema };
    if (JSON.stringify(schema).length > 100_000) break;
  }
  return { type: 'object', properties: { x: schema } };
}
