import { readFileSync } from 'node:fs';
import { decodeWav, pcmToSamples } from '@speko/audio';
import { describe, expect, test } from 'vitest';
import { SpeechDetector, type SpeechEdge } from './speech-detector.ts';

const RATE_HZ = 16_000;

/** A tone of this level over a direct current, one second being 16000 samples. */
function tone(durationMs: number, dbfs: number, offset = 0): Int16Array {
  const amplitude = 32_768 * Math.SQRT2 * 10 ** (dbfs / 20);
  return Int16Array.from({ length: (durationMs * RATE_HZ) / 1000 }, (_, index) =>
    Math.round(offset + amplitude * Math.sin((2 * Math.PI * 200 * index) / RATE_HZ)),
  );
}

function detect(pieces: Int16Array[], rateHz = RATE_HZ, hangoverMs = 550): { type: string; atMs: number }[] {
  const detector = new SpeechDetector({ sampleRateHz: rateHz, hangoverMs });
  const edges: SpeechEdge[] = pieces.flatMap((piece) => detector.push(piece));
  return edges.map(({ type, atSample }) => ({ type, atMs: (atSample * 1000) / rateHz }));
}

function recording(name: string): Int16Array {
  return pcmToSamples(decodeWav(readFileSync(new URL(`../../../assets/${name}.wav`, import.meta.url))).pcm);
}

function inPieces(samples: Int16Array, size: number): Int16Array[] {
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, index) =>
    samples.subarray(index * size, (index + 1) * size),
  );
}

describe('[ECH3] where speech begins and ends', () => {
  test('a tone between silences is found to the frame', () => {
    expect(detect([tone(500, -90), tone(1000, -20), tone(1000, -90)])).toEqual([
      { type: 'start', atMs: 500 },
      { type: 'end', atMs: 1500 },
    ]);
  });

  test('a pause shorter than the hangover does not end it, a longer one does', () => {
    const speech = tone(400, -20);
    const last = tone(800, -90);
    expect(detect([speech, tone(540, -90), speech, last])).toEqual([
      { type: 'start', atMs: 0 },
      { type: 'end', atMs: 1340 },
    ]);
    expect(detect([speech, tone(560, -90), speech, last])).toHaveLength(4);
    expect(detect([speech, tone(560, -90), speech, last], RATE_HZ, 600)).toHaveLength(2);
  });

  test('the sizes of the pieces make no difference', () => {
    const samples = recording('speech');
    const whole = detect([samples], 24_000);
    for (const size of [1, 7, 480, 4801]) expect(detect(inPieces(samples, size), 24_000)).toEqual(whole);
  });
});

describe('[ECH4] the bundled recordings', () => {
  test('two sentences with a pause of 0.9 s are two turns', () => {
    expect(detect([recording('speech')], 24_000)).toEqual([
      { type: 'start', atMs: 400 },
      { type: 'end', atMs: 2320 },
      { type: 'start', atMs: 3210 },
      { type: 'end', atMs: 4650 },
    ]);
  });

  test('the interruption is one turn', () => {
    const quiet = new Int16Array(24_000);
    expect(detect([recording('barge-in'), quiet], 24_000)).toEqual([
      { type: 'start', atMs: 100 },
      { type: 'end', atMs: 1440 },
    ]);
  });
});

describe('[ECH5] noise', () => {
  test('digital silence and a quiet room are not speech', () => {
    expect(detect([new Int16Array(RATE_HZ), tone(3000, -55)])).toEqual([]);
  });

  test('a click of 40 ms is not speech', () => {
    expect(detect([tone(500, -90), tone(40, -10), tone(1000, -90)])).toEqual([]);
  });

  test('direct current is not speech', () => {
    expect(detect([tone(2000, -70, 3000)])).toEqual([]);
  });

  test('steady noise is learnt, and speech is still found above it', () => {
    expect(detect([tone(5000, -52), tone(600, -30), tone(1000, -52)])).toEqual([
      { type: 'start', atMs: 5000 },
      { type: 'end', atMs: 5600 },
    ]);
  });

  test('noise that sets in loudly is taken for speech, but not for ever', () => {
    const edges = detect([tone(1000, -70), tone(60_000, -40)]);
    expect(edges.map(({ type }) => type)).toEqual(['start', 'end']);
  });
});

test('[ECH3] stop forgets speech under way without an edge', () => {
  const detector = new SpeechDetector({ sampleRateHz: RATE_HZ, hangoverMs: 550 });
  expect(detector.push(tone(300, -20))).toHaveLength(1);
  expect(detector.isSpeaking).toBe(true);
  detector.stop();
  expect(detector.isSpeaking).toBe(false);
  expect(detector.push(tone(1000, -90))).toEqual([]);
});
