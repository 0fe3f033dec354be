import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { CongestionWatch } from './congestion-watch.ts';

/** A watch over a client of which the test says what waits for it. */
function startWatch() {
  const clock = new FakeClock();
  const told: string[] = [];
  const waiting = { bytes: 0 };
  const watch = new CongestionWatch(
    () => waiting.bytes,
    { highWaterBytes: 1_000_000, maxBufferedBytes: 8_000_000, congestionTimeoutMs: 10_000 },
    clock,
    {
      congested: () => told.push('congested'),
      drained: () => told.push('drained'),
      tooSlow: () => told.push('too slow'),
    },
  );
  const write = (bytes: number): boolean => {
    if (!watch.admit(bytes)) return false;
    waiting.bytes += bytes;
    watch.written();
    return true;
  };
  return { clock, told, waiting, watch, write };
}

describe('[EN6] what waits for a client', () => {
  test('stops the producer at the high water, and lets it go on when half of it is gone', () => {
    const { clock, told, waiting, write } = startWatch();
    write(999_999);
    expect(told).toEqual([]);
    write(1);
    expect(told).toEqual(['congested']);
    waiting.bytes = 500_001;
    clock.advance(50);
    expect(told).toEqual(['congested']);
    waiting.bytes = 500_000;
    clock.advance(50);
    expect(told).toEqual(['congested', 'drained']);
    expect(clock.pending).toBe(0);
  });

  test('is bounded in messages too, however small they are', () => {
    const { told, write } = startWatch();
    for (let count = 0; count < 4095; count++) write(2);
    expect(told).toEqual([]);
    write(2);
    expect(told).toEqual(['congested']);
    for (let count = 4096; count < 16_384; count++) expect(write(2)).toBe(true);
    expect(write(2)).toBe(false);
    expect(told).toEqual(['congested', 'too slow']);
  });

  test('ends the call when far too much of it waits', () => {
    const { told, write } = startWatch();
    for (let count = 0; count < 8; count++) write(1_000_000);
    expect(write(1)).toBe(true);
    expect(write(1)).toBe(false);
    expect(told).toEqual(['congested', 'too slow']);
  });

  test('ends the call when nothing of it goes for 10 s, and not while some of it goes', () => {
    const { clock, told, waiting, write } = startWatch();
    write(2_000_000);
    clock.advance(9000);
    waiting.bytes -= 4096;
    clock.advance(10_000);
    expect(told).toEqual(['congested']);
    clock.advance(100);
    expect(told).toEqual(['congested', 'too slow']);
  });

  test('is not held against the client where one message of the provider is larger than the bound', () => {
    const { clock, told, waiting, write } = startWatch();
    expect(write(9_000_000)).toBe(true);
    expect(write(100)).toBe(true);
    expect(told).toEqual(['congested']);
    waiting.bytes = 0;
    clock.advance(50);
    expect(told).toEqual(['congested', 'drained']);
  });
});
