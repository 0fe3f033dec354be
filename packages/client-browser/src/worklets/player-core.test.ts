import { describe, expect, test } from 'vitest';
import { createPlayerCore } from './player-core.ts';
import type { PlayerEvent } from './player-messages.ts';

/** At 1000 samples a second, so that a sample is a millisecond; blocks of 10 ms. */
const RATE = 1000;

describe('beginning', () => {
  test('[SPK2] a turn begins when 60 ms of it have come', () => {
    const player = start();
    player.push('a', pcm(1, 59));
    expect(player.blocks(3)).toEqual(many(0, 30));
    player.push('a', pcm(1, 1));
    expect(player.blocks(1)).toEqual(many(1, 10));
    expect(player.events).toEqual(['started a']);
  });

  test('[SPK2] or when it has ended', () => {
    const player = start();
    player.push('a', pcm(1, 15));
    player.end('a');
    expect(player.blocks(2)).toEqual([...many(1, 15), ...many(0, 5)]);
    expect(player.events).toEqual(['started a', 'played a 15']);
  });

  test('[SPK2] or when its first byte came 100 ms ago', () => {
    const player = start();
    player.blocks(5);
    player.push('a', pcm(1, 50));
    expect(player.blocks(10)).toEqual(many(0, 100));
    expect(player.blocks(1)).toEqual(many(1, 10));
  });

  test('[SPK2] a prebuffer of 0 begins with the first sample', () => {
    const player = start({ prebufferMs: 0 });
    player.push('a', pcm(1, 20));
    expect(player.blocks(1)).toEqual(many(1, 10));
  });
});

describe('turns', () => {
  test('[SPK7] are played in order and without a gap', () => {
    const player = start();
    player.push('a', pcm(1, 65));
    player.push('b', pcm(1.5, 70));
    player.end('b');
    expect(player.blocks(14)).toEqual([...many(1, 65), ...many(1.5, 70), ...many(0, 5)]);
    expect(player.events).toEqual(['started a', 'played a 65', 'started b', 'played b 70']);
  });

  test('[SPK7] one that nobody has heard of is not ended', () => {
    const player = start();
    player.end('a');
    player.blocks(1);
    expect(player.events).toEqual([]);
    player.push('a', pcm(1, 5));
    expect(player.blocks(1)).toEqual(many(0, 10));
  });

  test('[SPK7] one that ends after all of it was played is reported when it ends', () => {
    const player = start();
    player.push('a', pcm(1, 60));
    player.blocks(20);
    expect(player.events).toEqual(['started a']);
    player.end('a');
    player.blocks(1);
    expect(player.events).toEqual(['started a', 'played a 60']);
  });
});

describe('running dry', () => {
  test('[SPK3] fades out over 3 ms, waits for 120 ms of audio, fades in over 3 ms and loses nothing', () => {
    const player = start();
    player.push('a', pcm(1, 62));
    expect(player.blocks(6)).toEqual([...many(1, 57), 2 / 3, 1 / 3, 0].map(close));
    player.push('a', pcm(1, 117));
    expect(player.blocks(2)).toEqual(many(0, 20));
    // Two samples were kept back: there was no room left to fade them out.
    player.push('a', pcm(1, 1));
    expect(player.blocks(1)).toEqual([0, 1 / 3, 2 / 3, ...many(1, 7)].map(close));
    player.end('a');
    player.blocks(12);
    expect(player.events).toEqual(['started a', 'played a 180']);
  });

  test('[SPK3] a second time it waits for 240 ms, then for 300 ms', () => {
    const player = start();
    const waits = [60, 120, 240, 300, 300].map((ms) => {
      player.push('a', pcm(1, ms - 1));
      expect(player.blocks(1)).toEqual(many(0, 10));
      player.push('a', pcm(1, 1));
      expect(player.blocks(1).some((sample) => sample > 0)).toBe(true);
      player.blocks(40);
      return ms;
    });
    expect(waits).toEqual([60, 120, 240, 300, 300]);
  });
});

test('[SPK3] ten seconds without running dry take back one doubling', () => {
  const player = start();
  player.push('a', pcm(1, 60));
  player.blocks(10);
  player.push('a', pcm(1, 10_000));
  player.blocks(1020);
  player.push('a', pcm(1, 119));
  expect(player.blocks(1)).toEqual(many(0, 10));
  player.push('a', pcm(1, 1));
  expect(player.blocks(1)[9]).toBe(1);
});

test('[SPK3] what had to be filled with silence is counted', () => {
  const player = start();
  player.push('a', pcm(1, 60));
  player.blocks(10);
  player.push('a', pcm(1, 100));
  player.end('a');
  player.blocks(20);
  expect(player.levels.at(-2)).toMatchObject({ underruns: 1, underrunMs: 40 });
});

describe('flush', () => {
  test('[SPK4] [SPK5] fades out over the next 5 ms, which count as heard, and drops the rest', () => {
    const player = start();
    player.push('a', pcm(1, 100));
    player.push('b', pcm(1.5, 100));
    player.blocks(3);
    expect(player.flush()).toEqual([
      { turn: 'a', frames: 35 },
      { turn: 'b', frames: 0 },
    ]);
    expect(player.blocks(2)).toEqual([0.8, 0.6, 0.4, 0.2, ...many(0, 16)].map(close));
    expect(player.events).toEqual(['started a']);
    expect(player.flush()).toEqual([]);
  });

  test('[SPK4] a turn that has not begun makes no sound at all', () => {
    const player = start();
    player.push('a', pcm(1, 30));
    expect(player.flush()).toEqual([{ turn: 'a', frames: 0 }]);
    expect(player.blocks(12)).toEqual(many(0, 120));
  });

  test('[SPK4] less than 5 ms fades faster, and so does what has just run dry: not at all', () => {
    const player = start();
    player.push('a', pcm(1, 62));
    player.end('a');
    player.blocks(6);
    expect(player.flush()).toEqual([{ turn: 'a', frames: 62 }]);
    expect(player.blocks(1)).toEqual([0.5, ...many(0, 9)].map(close));

    player.push('b', pcm(1, 62));
    player.blocks(6);
    expect(player.flush()).toEqual([{ turn: 'b', frames: 60 }]);
    expect(player.blocks(1)).toEqual(many(0, 10));
  });

  test('[SPK4] the next turn is played whole, after the fade', () => {
    const player = start();
    player.push('a', pcm(1, 100));
    player.blocks(1);
    player.flush();
    player.push('b', pcm(1.5, 60));
    player.end('b');
    expect(player.blocks(7)).toEqual([0.8, 0.6, 0.4, 0.2, 0, ...many(1.5, 60), ...many(0, 5)].map(close));
    expect(player.events).toEqual(['started a', 'started b', 'played b 60']);
  });

  test('[SPK4] a fade longer than a block goes on in the next one', () => {
    const player = start({}, 2);
    player.push('a', pcm(1, 100));
    player.blocks(1);
    player.flush();
    expect(player.blocks(3)).toEqual([0.8, 0.6, 0.4, 0.2, 0, 0].map(close));
  });
});

test('[SPK6] ten minutes are held; what exceeds them is left out to the end of its turn, and said once', () => {
  const player = start();
  player.push('a', new Int16Array(599_999));
  player.push('a', new Int16Array(1));
  expect(player.events).toEqual([]);
  player.push('a', new Int16Array(1));
  player.blocks(2);
  player.push('a', new Int16Array(1));
  expect(player.events).toEqual(['overflow', 'started a']);
  player.push('b', new Int16Array(5));
  expect(player.flush()).toEqual([
    { turn: 'a', frames: 25 },
    { turn: 'b', frames: 0 },
  ]);
});

test('[SPK8] the level is told every 50 ms, and that of silence once', () => {
  const player = start();
  player.push('a', pcm(1, 60));
  player.end('a');
  player.blocks(30);
  expect(player.levels.map(({ rms }) => rms)).toEqual([0.5, Math.sqrt((10 * 0.25) / 50), 0]);
});

test("[SPK1] [SPK5] at another rate than the session's the tone stays the tone, and its own samples are counted", () => {
  const events: PlayerEvent[] = [];
  const player = createPlayerCore({
    sampleRate: 24_000,
    contextRate: 44_100,
    prebufferMs: 60,
    emit: (event) => event.type === 'played' && events.push(event),
  });
  player.push(
    'a',
    Int16Array.from({ length: 24_000 }, (_, k) => Math.round(16_384 * Math.sin((k * Math.PI) / 24))),
  );
  player.end('a');
  const output = new Float32Array(128 * 350);
  for (let at = 0; at < output.length; at += 128) player.render(output.subarray(at, at + 128));
  expect(events).toEqual([{ type: 'played', turn: 'a', frames: 24_000 }]);
  const worst = Math.max(
    ...output.subarray(441, 43_600).map((sample, k) => Math.abs(sample - 0.5 * Math.sin(((k + 441) * Math.PI) / 44.1))),
  );
  expect(worst).toBeLessThan(0.001);
});

function start(options: { prebufferMs?: number } = {}, blockLength = 10) {
  const events: string[] = [];
  const levels: Extract<PlayerEvent, { type: 'level' }>[] = [];
  const player = createPlayerCore({
    sampleRate: RATE,
    contextRate: RATE,
    prebufferMs: 60,
    ...options,
    emit: (event) => {
      if (event.type === 'level') levels.push(event);
      else if (event.type === 'played') events.push(`played ${event.turn} ${event.frames}`);
      else events.push(event.type === 'started' ? `started ${event.turn}` : event.type);
    },
  });
  const blocks = (count: number): number[] =>
    Array.from({ length: count }, () => {
      const block = new Float32Array(blockLength);
      player.render(block);
      // In halves of full scale.
      return Array.from(block, (sample) => close(2 * sample));
    }).flat();
  return { ...player, events, levels, blocks };
}

/** PCM16 of one value, in halves of full scale. */
function pcm(value: number, length: number): Int16Array {
  return new Int16Array(length).fill(16_384 * value);
}

function many(value: number, length: number): number[] {
  return Array.from({ length }, () => value);
}

function close(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
