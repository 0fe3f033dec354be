import type { SessionFrame } from '@speko/client-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PlaybackClock } from './playback-clock.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  const timersLeft = vi.getTimerCount();
  vi.useRealTimers();
  if (timersLeft > 0) throw new Error(`${timersLeft} timers were left behind.`);
});

function newClock(): { clock: PlaybackClock; reports: string[] } {
  const reports: string[] = [];
  const clock = new PlaybackClock({ report: (turn, playedMs) => reports.push(`${turn}: ${playedMs} ms`) });
  return { clock, reports };
}
const audio = (turn: string | undefined, durationMs: number): SessionFrame => ({
  type: 'audio',
  pcm: new Uint8Array(durationMs * 48),
  sampleRate: 24_000,
  turn,
});
const stopped = (turn: string): SessionFrame => ({ type: 'speech', role: 'assistant', state: 'stopped', turn });
const interruption = (turn?: string): SessionFrame => ({ type: 'interruption', at: 'assistant', turn });

test('[CN8] audio that came at once is heard in real time', () => {
  const { clock } = newClock();
  clock.accept(audio('a1', 1000));
  expect(clock.playedMs('a1')).toBe(0);
  vi.advanceTimersByTime(400);
  expect(clock.playedMs('a1')).toBe(400);
  vi.advanceTimersByTime(900);
  expect(clock.playedMs('a1')).toBe(1000);
});

test('[CN8] a gap in delivery is silence, and not heard', () => {
  const { clock } = newClock();
  clock.accept(audio('a1', 100));
  vi.advanceTimersByTime(300);
  clock.accept(audio('a1', 100));
  vi.advanceTimersByTime(30);
  expect(clock.playedMs('a1')).toBe(130);
});

test('[CN8] a turn is reported once, when all of it has been played', () => {
  const { clock, reports } = newClock();
  clock.accept(audio('a1', 500));
  clock.accept(stopped('a1'));
  vi.advanceTimersByTime(499);
  expect(reports).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(reports).toEqual(['a1: 500 ms']);
  clock.accept(interruption('a1'));
  expect(reports).toEqual(['a1: 500 ms']);
});

test('[CN8] a turn waits until the one before it has been played', () => {
  const { clock, reports } = newClock();
  for (const frame of [audio('a1', 100), stopped('a1'), audio('a2', 100), stopped('a2')]) clock.accept(frame);
  vi.advanceTimersByTime(150);
  expect(clock.playedMs('a2')).toBe(50);
  expect(reports).toEqual(['a1: 100 ms']);
  vi.advanceTimersByTime(50);
  expect(reports).toEqual(['a1: 100 ms', 'a2: 100 ms']);
});

test('[CN8] an interruption reports what was heard and forgets the rest', () => {
  const { clock, reports } = newClock();
  clock.accept(audio('a1', 1000));
  clock.accept(stopped('a1'));
  vi.advanceTimersByTime(250);
  clock.accept(interruption('a1'));
  vi.advanceTimersByTime(5000);
  expect(reports).toEqual(['a1: 250 ms']);
  clock.accept(audio('a2', 100));
  vi.advanceTimersByTime(10);
  expect(clock.playedMs('a2')).toBe(10);
});

test('[CN8] an interruption of nothing reports nothing', () => {
  const { clock, reports } = newClock();
  clock.accept(interruption());
  clock.accept(interruption('a9'));
  clock.accept(stopped('a9'));
  clock.accept(audio(undefined, 100));
  expect(reports).toEqual([]);
});

test('[CN8] the end of the session stops the clock', () => {
  const { clock, reports } = newClock();
  clock.accept(audio('a1', 1000));
  clock.accept(stopped('a1'));
  clock.accept({ type: 'close', code: 1000, reason: 'client_closed' });
  vi.advanceTimersByTime(5000);
  expect(reports).toEqual([]);
});
