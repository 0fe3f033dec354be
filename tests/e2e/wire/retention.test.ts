import { expect, test } from 'vitest';
import { startGateway } from '../helpers/start-gateway.ts';

const DAY_MS = 86_400_000;

test('[SR11] [SR8] a transcript and then a record is gone after its days, and usage still counts the session', async () => {
  const gateway = await startGateway({ transcriptDays: 1, recordDays: 2 });
  const from = new Date(gateway.clock.epochMs() - DAY_MS).toISOString();
  const call = await gateway.call({ provider: 'echo', model: 'echo' });
  await call.frame('ready');
  call.send({ t: 'text', text: 'Hello.' });
  await call.frame('transcript');
  call.socket.close(1000);
  const { sessionId } = call.session;
  await gateway.record(sessionId);
  const path = `/v1/sessions/${sessionId}`;
  const entries = async () => (await gateway.get<{ entries: unknown[] }>(`${path}/transcript`)).body.entries.length;
  const ids = async () =>
    (await gateway.get<{ sessions: { id: string }[] }>('/v1/sessions')).body.sessions.map(({ id }) => id);
  gateway.clock.skip(DAY_MS - 60_000);
  expect(await entries()).toBeGreaterThan(0);
  gateway.clock.skip(60_000);
  expect(await entries()).toBe(0);
  expect(await ids()).toEqual([sessionId]);
  gateway.clock.skip(DAY_MS);
  expect(await ids()).toEqual([]);
  for (const suffix of ['', '/transcript', '/stream'])
    expect(await gateway.get(path + suffix)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect(await gateway.post(`${path}/end`, '')).toMatchObject({ status: 404 });
  const usage = await gateway.get<{ rows: unknown[] }>(`/v1/usage?from=${from}`);
  expect(usage.body.rows).toMatchObject([{ provider: 'echo', model: 'echo', sessions: 1 }]);
});
