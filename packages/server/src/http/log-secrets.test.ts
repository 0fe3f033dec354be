import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HttpAppFixture, START_MS, startHttpApp, validBody } from './__fixtures__/start-http-app.ts';

let gateway: HttpAppFixture;

beforeEach(async () => {
  gateway = await startHttpApp();
});

afterEach(() => gateway.close());

test('[LM1] no line of a run with every kind of answer holds a key, a token or what a caller sent', async () => {
  const marker = 'private-words-of-the-caller';
  const first = await gateway.mint({ metadata: { marker }, firstMessage: marker }, { 'idempotency-key': 'order-1' });
  await gateway.mint({ metadata: { marker }, firstMessage: marker }, { 'idempotency-key': 'order-1' });
  const { sessionId, wsToken } = first.json();
  await gateway.mint({ s2s: { ...validBody().s2s, systemPrompt: marker, model: 'broken' } });
  await gateway.mint({ [marker]: 1 });
  await gateway.call({ method: 'POST', url: '/v1/sessions', payload: `{"${marker}":` });
  await gateway.call({ method: 'GET', url: `/v1/sessions?cursor=${wsToken}` });
  await gateway.call({ method: 'GET', url: `/v1/sessions/${wsToken}` });
  await gateway.call({ method: 'GET', url: `/${gateway.key}` });
  await gateway.call({ method: 'GET', url: `/v1/sessions/%E0%A4%A${gateway.key}` });
  await gateway.call({ method: 'GET', url: '/v1/sessions', headers: { 'sec-websocket-protocol': wsToken } });
  await gateway.call({ method: 'GET', url: '/v1/sessions', headers: { authorization: 'Bearer wrong-credential' } });
  gateway.live.onEnd = (id) => gateway.notices.publish(id, { type: 'end', reason: 'ended_by_api', atMs: START_MS });
  await gateway.call({ method: 'POST', url: `/v1/sessions/${sessionId}/end` });

  const log = gateway.logLines.join('');
  expect(gateway.logLines.filter((line) => line.includes('"session created"'))).toHaveLength(1);
  expect(log).toContain('"request failed"');
  for (const secret of [gateway.key, wsToken, 'wrong-credential', 'acme-operator-secret', marker]) {
    expect(log).not.toContain(secret);
  }
});

test('a lifecycle change is one info line, everything else is debug', async () => {
  const { sessionId } = (await gateway.mint()).json();
  await gateway.call({ method: 'GET', url: `/v1/sessions/${sessionId}` });
  const lines = gateway.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.filter(({ level }) => level !== 'debug')).toEqual([
    {
      level: 'info',
      time: expect.any(String),
      sessionId,
      keyId: gateway.keyId,
      provider: 'acme',
      model: 'acme-1',
      msg: 'session created',
    },
  ]);
  expect(
    lines.filter(({ level }) => level === 'debug').map(({ method, route, status }) => [method, route, status]),
  ).toEqual([
    ['POST', '/v1/sessions', 201],
    ['GET', '/v1/sessions/:id', 200],
  ]);
});
