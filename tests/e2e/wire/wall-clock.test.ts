import { expect, test } from 'vitest';
import { startGateway } from '../helpers/start-gateway.ts';

const jumps = [
  ['a day ahead', 100_000_000],
  ['an hour back', -3_600_000],
] as const;

test.each(jumps)(
  '[SR10] a wall clock set %s in mid-call changes no duration and no order of instants',
  async (_, ms) => {
    const gateway = await startGateway();
    const from = new Date(gateway.clock.epochMs() - 1000).toISOString();
    const to = new Date(gateway.clock.epochMs() + 60_000).toISOString();
    const call = await gateway.call();
    await call.frame('ready');
    gateway.clock.setWallClock(ms);
    gateway.clock.skip(5000);
    call.socket.close(1000);
    const record = await gateway.record(call.session.sessionId);
    expect(record.durationMs).toBeGreaterThanOrEqual(5000);
    expect(record.durationMs).toBeLessThan(60_000);
    const tookMs = Date.parse(String(record.endedAt)) - Date.parse(String(record.connectedAt));
    expect(tookMs).toBe(record.durationMs);
    const usage = await gateway.get<{ rows: { durationMs: number }[] }>(`/v1/usage?from=${from}&to=${to}`);
    expect(usage.body.rows.map(({ durationMs }) => durationMs)).toEqual([record.durationMs]);
  },
);

test.each(jumps)('[SR10] [HS3] a wall clock set %s after the mint leaves a token as valid as it was', async (_, ms) => {
  const gateway = await startGateway();
  const [first, second] = [await gateway.mint(), await gateway.mint()];
  gateway.clock.setWallClock(ms);
  gateway.clock.skip(50_000);
  // Minting also drops tokens that are long spent.
  await gateway.mint();
  const call = await gateway.connect(first);
  await call.frame('ready');
  gateway.clock.skip(20_000);
  expect(await gateway.record(second.sessionId)).toMatchObject({ status: 'expired', durationMs: null });
});

test('[SR10] the duration of a silent call is saved every half minute', async () => {
  const gateway = await startGateway();
  const call = await gateway.call();
  await call.frame('ready');
  gateway.clock.skip(61_000);
  const { body } = await gateway.get<{ durationMs: number }>(`/v1/sessions/${call.session.sessionId}`);
  expect(body.durationMs).toBeGreaterThanOrEqual(60_000);
});
