import { expect, test, vi } from 'vitest';
import { FrameQueue } from './frame-queue.ts';
import type { SessionFrame } from './session-frames.ts';

/** 10 ms each at 24 kHz. */
const audio = (turn: string): SessionFrame => ({
  type: 'audio',
  pcm: new Uint8Array(480),
  sampleRate: 24_000,
  turn,
});
const said = (
  turn: string | undefined,
  text: string,
  more: { final?: boolean; delta?: string } = {},
): SessionFrame => ({
  type: 'transcript',
  role: 'assistant',
  text,
  delta: undefined,
  final: false,
  turn,
  startMs: undefined,
  interrupted: false,
  ...more,
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

test('[CL11] what is dropped before the reader was told is told at once', async () => {
  const queue = new FrameQueue({ maxAudioMs: 80 });
  for (let index = 1; index <= 12; index += 1) queue.push(audio(`a${index}`));
  const first = await queue[Symbol.asyncIterator]().next();
  expect(first.value).toMatchObject({ code: 'CLIENT_AUDIO_OVERFLOW', fatal: false });
  expect(first.value).toMatchObject({ message: expect.stringMatching(/^60 ms of audio were dropped/) });
  expect(await drain(queue)).toEqual(['audio a7', 'audio a8', 'audio a9', 'audio a10', 'audio a11', 'audio a12']);
});

test.each([
  ['many small messages', 10, { pcm: new Uint8Array(2), sampleRate: 24_000 }],
  ['a rate that makes seconds of megabytes', 5, { pcm: new Uint8Array(1920), sampleRate: 1_000_000_000 }],
])('[CL11] %s are bounded like any other', async (_, most, piece) => {
  const queue = new FrameQueue({ maxAudioMs: 100 });
  for (let index = 0; index < 1000; index += 1) queue.push({ type: 'audio', turn: 'a1', ...piece });
  const names = await drain(queue);
  expect(names[0]).toBe('CLIENT_AUDIO_OVERFLOW');
  expect(names.length - 1).toBeLessThanOrEqual(most);
  expect(names.length - 1).toBeGreaterThanOrEqual(most * 0.7);
});

test('[CL11] audio that was read makes room', async () => {
  const queue = new FrameQueue({ maxAudioMs: 80 });
  const reader = queue[Symbol.asyncIterator]();
  for (let index = 0; index < 100; index += 1) {
    queue.push(audio(`a${index}`));
    expect(await reader.next()).toMatchObject({ value: { type: 'audio' } });
  }
});

test('[CL24] partial transcripts are merged before anything is refused', async () => {
  const onOverflow = vi.fn<() => void>();
  const queue = new FrameQueue({ maxAudioMs: 1000, maxFrames: 8, onOverflow });
  queue.push(speech('u1'));
  queue.push(said('a1', 'One'));
  queue.push(audio('a1'));
  queue.push(said('a1', 'One two', { delta: ' two' }));
  queue.push(said('a1', 'One two three', { final: true }));
  queue.push(said('a2', 'F'));
  queue.push(said('a2', 'Fo', { delta: 'o' }));
  queue.push(speech('u2'));
  queue.push(said('a2', 'Four', { delta: 'ur' }));
  queue.push(speech('u3'));
  queue.end();
  const frames: SessionFrame[] = [];
  for await (const frame of queue) frames.push(frame);
  expect(frames).toEqual([
    speech('u1'),
    audio('a1'),
    said('a1', 'One two three', { final: true }),
    speech('u2'),
    said('a2', 'Four'),
    speech('u3'),
  ]);
  expect(onOverflow).not.toHaveBeenCalled();
});

test.each([
  ['frames', { maxFrames: 100 }, ''],
  ['characters', { maxChars: 100_000 }, 'x'.repeat(1000)],
])('[CL24] too many unread %s end it with a frame that says so', async (_, bounds, text) => {
  const onOverflow = vi.fn<() => void>();
  const queue = new FrameQueue({ maxAudioMs: 1000, ...bounds, onOverflow });
  for (let index = 0; index < 1000; index += 1) queue.push(said(`a${index}`, text, { final: true }));
  queue.push(audio('a1'));
  queue.push({ type: 'close', code: 4429, reason: 'slow_consumer' });
  const names = await drain(queue);
  expect(names.slice(-3)).toEqual([expect.stringContaining('transcript a'), 'CLIENT_FRAMES_OVERFLOW', 'close']);
  expect(names.length).toBeGreaterThan(90);
  expect(names.length).toBeLessThan(110);
  expect(onOverflow).toHaveBeenCalledTimes(1);
});

test('[CL24] a field that no frame has counts too, however it is nested', () => {
  const onOverflow = vi.fn<() => void>();
  const queue = new FrameQueue({ maxAudioMs: 1000, maxChars: 1000, onOverflow });
  const nested: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  queue.push(Object.assign(speech('u1'), { later: 'x'.repeat(900) }));
  expect(onOverflow).not.toHaveBeenCalled();
  queue.push(Object.assign(speech('u2'), { nested }));
  expect(onOverflow).toHaveBeenCalledTimes(1);
});

test('[CL25] frames cost the same however many wait, and however often audio is dropped', async () => {
  const queue = new FrameQueue({ maxAudioMs: 600_000, maxFrames: 200_000 });
  const startedAtMs = performance.now();
  for (let index = 0; index < 100_000; index += 1) {
    queue.push(speech(`u${index}`));
    queue.push(audio(`a${index}`));
    queue.dropAudio();
  }
  // Were each to look at what waits, it would take five billion steps, and half a minute.
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  expect(await drain(queue)).toHaveLength(100_000);
});
