import { expect, test } from 'vitest';

import { FrameQueue } from './frame-queue.ts';
import type { SessionFrame } from './session-frames.ts';

/** 10 ms each at 24 kHz. */
const audio = (turn: string): SessionFrame => ({
  type: 'audio',
  pcm: new Uint8Array(480),
  sampleRate: 24_000,
  turn,
});
const speech = (turn: string): SessionFrame => ({ type: 'speech', role: 'user', state: 'started', turn });

/** What is left to read, in short. */
async function drain(queue: FrameQueue): Promise<string[]> {
  queue.end();
  const names: string[] = [];
  for await (const frame of queue) {
    names.push('turn' in frame ? `${frame.type} ${frame.turn}` : frame.type === 'error' ? frame.code : frame.type);
  }
  return names;
}

test('[CL10] frames wait from the first one on and come in order', async () => {
  const queue = new FrameQueue({ maxAudioMs: 1000 });
  queue.push(speech('u1'));
  queue.push(audio('a1'));
  queue.push(speech('u2'));
  expect(await drain(queue)).toEqual(['speech u1', 'audio a1', 'speech u2']);
});

test('[CL10] a reader that waits gets the next frame', async () => {
  const queue = new FrameQueue({ maxAudioMs: 1000 });
  const reader = queue[Symbol.asyncIterator]();
  const first = reader.next();
  const second = reader.next();
  queue.push(speech('u1'));
  queue.push(speech('u2'));
  expect(await first).toEqual({ value: speech('u1'), done: false });
  expect(await second).toEqual({ value: speech('u2'), done: false });
});

test('[CL10] leaving a loop loses nothing', async () => {
  const queue = new FrameQueue({ maxAudioMs: 1000 });
  for (const turn of ['u1', 'u2', 'u3']) queue.push(speech(turn));
  for await (const frame of queue) {
    expect(frame).toEqual(speech('u1'));
    break;
  }
  expect(await drain(queue)).toEqual(['speech u2', 'speech u3']);
});

test('[CL10] thousands of frames keep their order however reading and writing interleave', async () => {
  const queue = new FrameQueue({ maxAudioMs: 1_000_000 });
  const reader = queue[Symbol.asyncIterator]();
  const seen: unknown[] = [];
  for (let index = 0; index < 3000; index += 1) {
    queue.push(audio(`a${index}`));
    if (index % 3 !== 0) seen.push((await reader.next()).value);
  }
  const rest = await drain(queue);
  expect(seen.map((frame) => (frame as { turn: string }).turn)).toEqual(
    Array.from({ length: 2000 }, (_, index) => `a${index}`),
  );
  expect(rest).toEqual(Array.from({ length: 1000 }, (_, index) => `audio a${index + 2000}`));
});

test('[CL9] dropping audio keeps the other frames in order', async () => {
  const queue = new FrameQueue({ maxAudioMs: 1000 });
  for (const frame of [speech('u1'), audio('a1'), speech('u2'), audio('a1'), speech('u3')]) queue.push(frame);
  await queue[Symbol.asyncIterator]().next();
  queue.dropAudio();
  queue.push(audio('a2'));
  expect(await drain(queue)).toEqual(['speech u2', 'speech u3', 'audio a2']);
});

test('[CL11] too much unread audio loses its oldest quarter, and says where', async () => {
  const queue = new FrameQueue({ maxAudioMs: 80 });
  queue.push(speech('u1'));
  for (let index = 1; index <= 9; index += 1) queue.push(audio(`a${index}`));
  queue.push(speech('u2'));
  const names = await drain(queue);
  expect(names).toEqual([
    'speech u1',
    'CLIENT_AUDIO_OVERFLOW',
    'audio a4',
    'audio a5',
    'audio a6',
    'audio a7',
    'audio a8',
    'audio a9',
    'speech u2',
  ]);
});

test('[CL11] audio that was read makes room', async () => {
  const queue = new FrameQueue({ maxAudioMs: 80 });
  const reader = queue[Symbol.asyncIterator]();
  for (let index = 0; index < 100; index += 1) {
    queue.push(audio(`a${index}`));
    expect(await reader.next()).toMatchObject({ value: { type: 'audio' } });
  }
});
