import { expect, test } from 'vitest';
import { createFrameLog } from './frame-log.ts';

const CHUNK = 960; // 20 ms at 24 kHz

test('a frame is one row with its JSON, its direction and its time', () => {
  const log = createFrameLog();
  log.addFrame(12.5, 'received', 'speech', { type: 'speech', role: 'user', turn: undefined });
  expect(log.entries()).toEqual([
    {
      id: 1,
      atMs: 12.5,
      direction: 'received',
      kind: 'speech',
      json: '{"type":"speech","role":"user"}',
      audio: undefined,
    },
  ]);
});

test('audio of one direction joins one row that counts frames, bytes and milliseconds', () => {
  const log = createFrameLog();
  for (const atMs of [100, 120, 140]) log.addAudio(atMs, 'sent', CHUNK, 24_000);
  expect(log.entries()).toEqual([
    {
      id: 1,
      atMs: 100,
      direction: 'sent',
      kind: 'audio',
      json: '',
      audio: { frames: 3, bytes: 2880, audioMs: 60, untilMs: 140 },
    },
  ]);
});

test('runs of the two directions grow beside each other', () => {
  const log = createFrameLog();
  log.addAudio(0, 'sent', CHUNK, 24_000);
  log.addAudio(5, 'received', CHUNK, 24_000);
  log.addAudio(20, 'sent', CHUNK, 24_000);
  expect(log.entries().map(({ direction, audio }) => [direction, audio?.frames])).toEqual([
    ['sent', 2],
    ['received', 1],
  ]);
});

test.each([
  ['a frame of the same direction ends a run', 'sent', 'text', 2],
  ['a frame of the other direction does not', 'received', 'transcript', 1],
  ['a ping does not', 'sent', 'ping', 1],
] as const)('%s', (_, direction, kind, runs) => {
  const log = createFrameLog();
  log.addAudio(0, 'sent', CHUNK, 24_000);
  log.addFrame(10, direction, kind, {});
  log.addAudio(20, 'sent', CHUNK, 24_000);
  expect(log.entries().filter(({ audio }) => audio)).toHaveLength(runs);
});

test('audio after a pause of more than a second is a row of its own', () => {
  const log = createFrameLog();
  log.addAudio(0, 'sent', CHUNK, 24_000);
  log.addAudio(1000, 'sent', CHUNK, 24_000);
  log.addAudio(2001, 'sent', CHUNK, 24_000);
  expect(log.entries().map(({ audio }) => audio?.frames)).toEqual([2, 1]);
});

test('beyond the limit the oldest rows go and are counted', () => {
  const log = createFrameLog(3);
  for (let index = 0; index < 5; index += 1) log.addFrame(index, 'sent', `kind ${index}`, {});
  expect(log.entries().map(({ kind }) => kind)).toEqual(['kind 2', 'kind 3', 'kind 4']);
  expect(log.dropped()).toBe(2);
});

test('a run goes on growing in its row when older rows are dropped, and begins anew when its own is', () => {
  const log = createFrameLog(2);
  log.addFrame(0, 'received', 'ready', {});
  log.addAudio(1, 'sent', CHUNK, 24_000);
  log.addFrame(2, 'received', 'usage', {});
  log.addAudio(3, 'sent', CHUNK, 24_000);
  expect(log.entries().map(({ kind, audio }) => audio?.frames ?? kind)).toEqual([2, 'usage']);
  log.addFrame(4, 'received', 'usage', {});
  log.addAudio(5, 'sent', CHUNK, 24_000);
  expect(log.entries().map(({ kind, audio }) => audio?.frames ?? kind)).toEqual(['usage', 1]);
});

test('the list changes when a row does, and rows that did not stay the same objects', () => {
  const log = createFrameLog();
  log.addFrame(0, 'received', 'ready', {});
  const before = log.entries();
  expect(log.entries()).toBe(before);
  log.addAudio(1, 'sent', CHUNK, 24_000);
  expect(log.entries()).not.toBe(before);
  expect(log.entries()[0]).toBe(before[0]);
  expect(before).toHaveLength(1);
});
