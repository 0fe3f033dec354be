import { expect, test } from 'vitest';
import { DeliveredAudioClock, spreadPlayedMs } from './delivered-audio-clock.ts';

test('[BI5] audio that arrives faster than real time is heard in real time', () => {
  const clock = new DeliveredAudioClock();
  clock.deliver('a1', 'i1', 1000, 0);
  clock.deliver('a1', 'i1', 1000, 100);
  expect(clock.heard('a1', 1500)).toEqual([{ itemId: 'i1', heardMs: 1500, totalMs: 2000 }]);
  expect(clock.endOf('a1')).toBe(2000);
});

test('[BI6] a whole number of milliseconds stays whole, whatever the clock reads', () => {
  const clock = new DeliveredAudioClock();
  clock.deliver('a1', 'i1', 2000, 3991.3703701);
  expect(clock.heard('a1', 9000)).toEqual([{ itemId: 'i1', heardMs: 2000, totalMs: 2000 }]);
});

test('[BI5] a gap in delivery is silence and counts as nothing heard', () => {
  const clock = new DeliveredAudioClock();
  clock.deliver('a1', 'i1', 100, 0);
  clock.deliver('a1', 'i1', 100, 500);
  expect(clock.heard('a1', 300)).toEqual([{ itemId: 'i1', heardMs: 100, totalMs: 200 }]);
  expect(clock.heard('a1', 550)).toEqual([{ itemId: 'i1', heardMs: 150, totalMs: 200 }]);
});

test('[BI5] turns play one after the other', () => {
  const clock = new DeliveredAudioClock();
  clock.deliver('a1', 'i1', 1000, 0);
  clock.deliver('a2', 'i2', 1000, 10);
  expect(clock.turnsPlaying(500)).toEqual(['a1', 'a2']);
  expect(clock.turnsPlaying(1500)).toEqual(['a2']);
  expect(clock.turnsPlaying(2000)).toEqual([]);
  expect(clock.heard('a2', 500)).toEqual([{ itemId: 'i2', heardMs: 0, totalMs: 1000 }]);
});

test('[BI5] a report moves what is left of the turn and all that follows it', () => {
  const clock = new DeliveredAudioClock();
  clock.deliver('a1', 'i1', 1000, 0);
  clock.deliver('a2', 'i2', 1000, 0);
  clock.report('a1', 200, 600);
  expect(clock.endOf('a1')).toBe(1400);
  expect(clock.endOf('a2')).toBe(2400);
  expect(clock.heard('a1', 700)).toEqual([{ itemId: 'i1', heardMs: 300, totalMs: 1000 }]);
});

test('[BI9] a report of the whole turn ends it now', () => {
  const clock = new DeliveredAudioClock();
  clock.deliver('a1', 'i1', 1000, 0);
  clock.report('a1', 1000, 400);
  expect(clock.turnsPlaying(400)).toEqual([]);
  clock.deliver('a2', 'i2', 500, 450);
  expect(clock.endOf('a2')).toBe(950);
});

test('[BI5] after a cut the next turn starts at once', () => {
  const clock = new DeliveredAudioClock();
  clock.deliver('a1', 'i1', 5000, 0);
  clock.cut(1000);
  clock.deliver('a2', 'i2', 500, 1200);
  expect(clock.endOf('a2')).toBe(1700);
});

test('[BI5] a reported total is spread over the items in order and bounded by what was delivered', () => {
  const items = [
    { itemId: 'i1', heardMs: 0, totalMs: 400 },
    { itemId: 'i2', heardMs: 0, totalMs: 600 },
  ];
  expect(spreadPlayedMs(items, 500).map((item) => item.heardMs)).toEqual([400, 100]);
  expect(spreadPlayedMs(items, 5000).map((item) => item.heardMs)).toEqual([400, 600]);
  expect(spreadPlayedMs(items, 0).map((item) => item.heardMs)).toEqual([0, 0]);
});
