// Damaged calls: what the vendor sends is reordered, repeated, cut short and mixed with what nobody knows.
import type { AdapterCodec, SessionEvent } from '@speko/adapter';
import {
  driveAdapter,
  findOrderFaults,
  findShapeFault,
  makeSessionConfig,
  makeSpeechSample,
} from '@speko/adapter-testkit';
import { expect, test } from 'vitest';
import { BERTH_STATUS } from './__fixtures__/start-codec.ts';
import { createXai } from './create-xai.ts';
import { createXaiSimulator, type SimulatedFault } from './simulator.ts';

const SEQUENCES = 200;
const RATE_HZ = 8000;
const CONFIG = {
  tools: [BERTH_STATUS],
  inputSampleRateHz: RATE_HZ,
  outputSampleRateHz: RATE_HZ,
} as const;
const STRANGE = [
  '{"type":"response.mood.updated","mood":7}',
  '{"type":"response.created"}',
  '{"type":"response.done","response":{}}',
  '{"type":"conversation.item.input_audio_transcription.completed","item_id":"","transcript":null}',
  '{"type":',
  '[]',
  '',
];

/** Everything the simulator says in one eventful call. */
function recordCall(faults: readonly SimulatedFault[]): string[] {
  const driver = driveAdapter({
    adapter: createXai(),
    options: { apiKey: 'test-key' },
    config: CONFIG,
    simulator: createXaiSimulator({ callTools: 'on-request', audioSpeed: 20, faults }),
  });
  const speech = makeSpeechSample(RATE_HZ).subarray(0, RATE_HZ);
  driver.until('session-ready');
  for (const pauseMs of [600, 1200]) {
    driver.speak(speech, { chunkMs: 100 });
    driver.pause(pauseMs);
  }
  driver.command({ type: 'text-append', text: 'Use berth_status please.' });
  driver.advance(500);
  for (const event of driver.events) {
    if (event.type === 'tool-call') driver.command({ type: 'tool-result', callId: event.callId, output: '{}' });
  }
  driver.advance(400);
  driver.speak(speech, { chunkMs: 100 });
  driver.pause(1500);
  return driver.transcript.flatMap((line) =>
    'frame' in line && line.dir === 'in' && typeof line.frame === 'string' ? [line.frame] : [],
  );
}

const CALLS = [
  recordCall([]),
  recordCall(['continued-items', 'growing-transcripts', 'server-tool', 'unknown-events']),
  recordCall(['late-deltas', 'speech-started-twice', 'done-missing', 'mcp-call']),
];

/** Repeatable numbers from 0 up to, not including, 1. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
}

function damage(frames: readonly string[], random: () => number): string[] {
  const below = (limit: number): number => Math.floor(random() * limit);
  const damaged = [...frames];
  for (let change = 0; change < 40; change++) {
    const at = below(damaged.length);
    const frame = damaged[at] ?? '';
    switch (below(5)) {
      case 0:
        damaged.splice(at, 1);
        damaged.splice(Math.max(0, at + below(21) - 10), 0, frame);
        break;
      case 1:
        damaged.splice(at + below(12), 0, frame);
        break;
      case 2:
        damaged[at] = frame.slice(0, below(frame.length));
        break;
      case 3:
        damaged.splice(at, 1);
        break;
      default:
        damaged.splice(at, 0, STRANGE[below(STRANGE.length)] ?? '');
    }
  }
  return damaged.slice(0, damaged.length - below(damaged.length / 2));
}

/** Plays a damaged call, with cancels thrown in; returns the events, and the audio heard after a cancel. */
function play(codec: AdapterCodec, frames: readonly string[], random: () => number) {
  const events: SessionEvent[] = [];
  const unwanted: string[] = [];
  const cancelled = new Set<string>();
  let nowMs = 0;
  const keep = (added: readonly SessionEvent[]) => {
    for (const event of added) {
      events.push(event);
      if (event.type === 'audio-delta' && cancelled.has(event.responseId)) unwanted.push(event.responseId);
      if (event.type === 'response-end' && event.status === 'cancelled') cancelled.add(event.responseId);
    }
    for (const event of added) {
      if (event.type !== 'response-start' || random() > 0.2) continue;
      const output = codec.encode({ type: 'response-cancel', responseId: event.responseId }, nowMs);
      cancelled.add(event.responseId);
      if (output.type === 'ok') events.push(...output.events);
    }
  };
  keep(codec.hello(nowMs).events);
  for (const frame of frames) {
    nowMs += Math.floor(random() * 600);
    while (codec.wakeAtMs !== undefined && codec.wakeAtMs <= nowMs) keep(codec.wake(codec.wakeAtMs).events);
    keep(codec.decode(random() < 0.5 ? frame : new TextEncoder().encode(frame), nowMs).events);
  }
  keep(codec.close({ type: 'closed', code: 1006, reason: '' }, nowMs));
  return { events, unwanted };
}

test(`[XAI41] ${SEQUENCES} damaged calls are survived, each turn is final once, and nothing cancelled is heard`, () => {
  const adapter = createXai();
  const config = makeSessionConfig(adapter, CONFIG);
  const options = adapter.parseOptions({ apiKey: 'test-key' });
  let finals = 0;
  let heard = 0;
  for (let seed = 1; seed <= SEQUENCES; seed++) {
    const random = randomOf(seed);
    const frames = damage(CALLS[seed % CALLS.length] ?? [], random);
    const { events, unwanted } = play(adapter.createCodec(config, options), frames, random);
    const ends = events.flatMap((event) => (event.type === 'transcript-end' ? [event.turnId] : []));
    const shapeFaults = events.flatMap((event) => findShapeFault(event) ?? []);
    finals += ends.length;
    heard += events.filter(({ type }) => type === 'audio-delta').length;
    expect({ seed, unwanted, shapeFaults, order: findOrderFaults(events, { isWhole: true }) }).toEqual({
      seed,
      unwanted: [],
      shapeFaults: [],
      order: [],
    });
    expect({ seed, ends }).toEqual({ seed, ends: [...new Set(ends)] });
  }
  // Damage that left nothing to check would prove nothing.
  expect(finals).toBeGreaterThan(SEQUENCES);
  expect(heard).toBeGreaterThan(SEQUENCES * 5);
});
