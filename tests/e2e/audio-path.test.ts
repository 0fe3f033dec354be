// What a 24 kHz session does to audio: nothing. What it costs in JSON: nothing. What resampling keeps: the sound.
import { bestCorrelation, createResampler, pcmToSamples, samplesToPcm } from '@speko/audio';
import { describe, expect, test, vi } from 'vitest';
import { openAIEntry } from './helpers/openai-entry.ts';
import type { PlainCall } from './helpers/plain-client.ts';
import { Random } from './helpers/random.ts';
import { startScriptedOpenAI } from './helpers/scripted-openai.ts';
import { startGateway } from './helpers/start-gateway.ts';

/** 20 ms at 24 kHz. */
const CHUNK_BYTES = 960;
const CHUNKS = 500;

/** One way to a vendor, whatever its dialect: what reached it, and how it speaks. */
interface Far {
  readonly call: PlainCall;
  readonly heard: () => Buffer;
  readonly hears: (bytes: number) => Promise<unknown>;
  readonly say: (pcm: Uint8Array) => void;
}

async function throughMirror(s2s: Record<string, unknown> = {}): Promise<Far> {
  const gateway = await startGateway();
  const call = await gateway.call(s2s);
  const provider = await gateway.vendor.connection();
  await call.frame('ready');
  provider.send({ type: 'response-start', responseId: 'r1' });
  await provider.sync();
  return {
    call,
    heard: () => provider.audio,
    hears: (bytes) => provider.until(() => provider.audioBytes >= bytes, `${bytes} bytes at the vendor`),
    say: (pcm) => provider.say(pcm),
  };
}

async function throughOpenAI(s2s: Record<string, unknown> = {}): Promise<Far> {
  const vendor = await startScriptedOpenAI();
  const gateway = await startGateway({ adapters: [openAIEntry(vendor.url)] });
  const call = await gateway.call({ provider: 'openai', model: 'gpt-realtime-2.1', ...s2s });
  await vendor.configured();
  await call.frame('ready');
  vendor.startResponse('resp_1');
  return {
    call,
    heard: () => vendor.audio,
    hears: (bytes) => vendor.until(() => vendor.audioBytes >= bytes, `${bytes} bytes at the vendor`),
    say: (pcm) => vendor.say(pcm),
  };
}

describe.each([
  ['the mirror adapter', throughMirror],
  ['the OpenAI adapter', throughOpenAI],
])('24 kHz through %s', (_title, start) => {
  test('[CF1] [SF4] [RS7] random audio with every byte value arrives bit for bit, both ways', async () => {
    const far = await start();
    const random = new Random(20_260_131);
    const up = random.bytes(CHUNKS * CHUNK_BYTES);
    const down = random.bytes(CHUNKS * CHUNK_BYTES);
    expect(new Set(up).size).toBe(256);
    // Chunks of 2 to 9600 bytes, as a microphone would never cut them.
    for (const chunk of cut(up, random)) far.call.sendAudio(chunk);
    for (const chunk of cut(down, random)) far.say(chunk);
    await far.hears(up.byteLength);
    await far.call.until(() => far.call.audioBytes >= down.byteLength, 'all audio at the client');
    expect(far.heard().equals(up)).toBe(true);
    expect(far.call.audio.equals(down)).toBe(true);
  });

  test('500 chunks up and 500 down parse no JSON at all', async () => {
    const far = await start();
    const chunk = new Random(3).bytes(CHUNK_BYTES);
    // The frame that opens the turn is JSON; it is out of the way before anything is counted.
    far.say(chunk);
    await far.call.until(() => far.call.audioBytes > 0, 'the first audio');
    far.call.messages.splice(0);
    const parse = vi.spyOn(JSON, 'parse');
    const stringify = vi.spyOn(JSON, 'stringify');
    for (let count = 0; count < CHUNKS; count++) {
      far.call.sendAudio(chunk);
      far.say(chunk);
    }
    await far.hears(CHUNKS * CHUNK_BYTES);
    await far.call.until(() => far.call.audioBytes >= CHUNKS * CHUNK_BYTES, 'all audio at the client');
    const calls = { parse: parse.mock.calls.length, stringify: stringify.mock.calls.length };
    expect(calls).toEqual({ parse: 0, stringify: 0 });
    expect(far.call.trace).toEqual(['audio']);
  });
});

describe('[RS7] [CF1] [SF4] a client of its own rates hears and is heard', () => {
  test.each([
    [16_000, 24_000],
    [24_000, 16_000],
    [16_000, 16_000],
  ])('in at %i Hz, out at %i Hz', async (inputHz, outputHz) => {
    const far = await throughMirror({ inputSampleRate: inputHz, outputSampleRate: outputHz });
    const up = speechLike(inputHz);
    const down = speechLike(24_000);
    for (const chunk of slices(samplesToPcm(up), inputHz / 25)) far.call.sendAudio(chunk);
    for (const chunk of slices(samplesToPcm(down), 24_000 / 25)) far.say(chunk);
    // A resampler holds back a few milliseconds until more comes.
    await far.hears(up.length * 2 * (24_000 / inputHz) - 480);
    await far.call.until(() => far.call.audioBytes >= down.length * 2 * (outputHz / 24_000) - 480, 'the audio');
    expectSame(resampled(up, inputHz, 24_000), pcmToSamples(far.heard()), 24_000);
    expectSame(resampled(down, 24_000, outputHz), pcmToSamples(far.call.audio), outputHz);
  });
});

/** The same sound at nearly the same time: less than 5 ms apart. */
function expectSame(reference: Int16Array, arrived: Int16Array, rateHz: number): void {
  const { correlation, lag } = bestCorrelation(reference, arrived, rateHz / 100);
  expect(correlation).toBeGreaterThan(0.99);
  expect(Math.abs(lag)).toBeLessThan(rateHz / 200);
}

/** Two seconds of a gliding tone with a slow swell: it resembles itself at no other place. */
function speechLike(rateHz: number): Int16Array {
  return Int16Array.from({ length: rateHz * 2 }, (_, index) => {
    const second = index / rateHz;
    const phase = 2 * Math.PI * (200 * second + 700 * second * second);
    return Math.round(12_000 * Math.sin(phase) * (0.6 + 0.4 * Math.sin(11 * second)));
  });
}

/** Independent of the gateway's chunking: in one piece. */
function resampled(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  const resampler = createResampler({ fromHz, toHz });
  return pcmToSamples(Buffer.concat([resampler.process(samplesToPcm(samples)), resampler.flush()]));
}

function* slices(pcm: Uint8Array, bytes: number): Generator<Uint8Array> {
  for (let from = 0; from < pcm.byteLength; from += bytes) yield pcm.subarray(from, from + bytes);
}

function* cut(pcm: Uint8Array, random: Random): Generator<Uint8Array> {
  for (let from = 0; from < pcm.byteLength;) {
    const length = 2 * (1 + random.below(4800));
    yield pcm.subarray(from, from + length);
    from += length;
  }
}
