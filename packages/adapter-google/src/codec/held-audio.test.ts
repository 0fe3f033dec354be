import { expect, test } from 'vitest';
import { HeldAudio } from './held-audio.ts';

const BYTES_PER_S = 32_000;

/** What the messages carry. */
function audioOf(frames: readonly string[]): Uint8Array {
  const pieces = frames.map((frame) => (JSON.parse(frame) as Message).realtimeInput.audio.data);
  return Buffer.concat(pieces.map((data) => Buffer.from(data, 'base64')));
}

interface Message {
  readonly realtimeInput: { readonly audio: { readonly data: string } };
}

test('[GEM12] the last 60 s are kept, to the byte', () => {
  const held = new HeldAudio();
  for (let second = 1; second <= 61; second++) held.push(new Uint8Array(BYTES_PER_S).fill(second));
  const { frames, hasLost } = held.take();
  const audio = audioOf(frames);
  expect([hasLost, audio.byteLength, audio[0], audio.at(-1)]).toEqual([true, 60 * BYTES_PER_S, 2, 61]);
  expect(held.take()).toEqual({ frames: [], hasLost: false });
});

test('[GEM12] exactly 60 s lose nothing', () => {
  const held = new HeldAudio();
  for (let second = 1; second <= 60; second++) held.push(new Uint8Array(BYTES_PER_S));
  expect(held.take()).toMatchObject({ hasLost: false, frames: { length: 60 } });
});

test('[GEM12] tiny pieces are put together, in order', () => {
  const held = new HeldAudio();
  for (let index = 0; index < 1600; index++) held.push(Uint8Array.of(index % 256, index >> 8));
  const { frames } = held.take();
  const audio = audioOf(frames);
  expect([frames.length, audio.byteLength, audio[2], audio[3198], audio[3199]]).toEqual([5, 3200, 1, 63, 6]);
});
