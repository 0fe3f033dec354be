import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/fake-clock.ts';
import { KeepAlive } from './keep-alive.ts';

function startKeepAlive() {
  const clock = new FakeClock();
  const seen = { pings: 0, silences: [] as number[] };
  const keepAlive = new KeepAlive({
    clock,
    intervalMs: 20_000,
    maxMissed: 2,
    ping: () => (seen.pings += 1),
    onSilence: (missed) => seen.silences.push(missed),
  });
  keepAlive.start();
  return { clock, keepAlive, seen };
}

test('a peer that leaves two pings unanswered is silent', () => {
  const { clock, seen } = startKeepAlive();
  clock.advance(59_999);
  expect(seen).toEqual({ pings: 2, silences: [] });
  clock.advance(1);
  expect(seen).toEqual({ pings: 2, silences: [2] });
  expect(clock.pending).toBe(0);
});

test('[EN11] whatever it sends is a sign of life, not only a pong', () => {
  const { clock, keepAlive, seen } = startKeepAlive();
  for (let round = 0; round < 10; round++) {
    clock.advance(30_000);
    keepAlive.sawTraffic();
  }
  expect(seen.silences).toEqual([]);
});

test('[EN11] pings are not missed while the socket is not read, and count anew afterwards', () => {
  const { clock, keepAlive, seen } = startKeepAlive();
  clock.advance(40_000);
  keepAlive.suspend(true);
  clock.advance(600_000);
  expect(seen).toEqual({ pings: 2, silences: [] });
  keepAlive.suspend(false);
  clock.advance(59_999);
  expect(seen.silences).toEqual([]);
  clock.advance(1);
  expect(seen.silences).toEqual([2]);
});
