// Damaged calls: what the vendor sends is reordered, repeated, cut short and mixed with what nobody knows.
import { driveAdapter, makeSessionConfig, makeSpeechSample, playDamagedCall } from '@speko/adapter-testkit';
import { createXaiSimulator, type SimulatedFault } from '@speko/simulators/xai';
import { expect, test } from 'vitest';
import { BERTH_STATUS } from './__fixtures__/start-codec.ts';
import { createXai } from './xai-adapter.ts';

const RATE_HZ = 8000;
const CONFIG = {
  tools: [BERTH_STATUS],
  inputSampleRateHz: RATE_HZ,
  outputSampleRateHz: RATE_HZ,
} as const;
const STRANGE = [
  '{"type":"response.created","response":{"id":null}}',
  '{"type":"response.output_audio.delta","response_id":"","item_id":"","delta":"AAAA"}',
  '{"type":"response.output_audio.delta","response_id":null,"item_id":7,"delta":"<html>"}',
  '{"type":"response.output_audio_transcript.delta","response_id":"","item_id":"piece_1","delta":"odd"}',
  '{"type":"response.output_audio_transcript.done","item_id":"piece_2","transcript":"odd"}',
  '{"type":"response.function_call_arguments.done","item_id":"f","call_id":null,"arguments":"{}"}',
  '{"type":"response.output_item.done","item":{"type":"function_call","status":"completed","call_id":7,"name":"berth_status","arguments":{"n":2512292042121000001}}}',
  '{"type":"response.output_item.done","item":{"type":"function_call","call_id":"call_1","name":null,"arguments":[]}}',
  '{"type":"response.done","response":{"id":"","output":[null,{"type":"function_call","name":"berth_status"}]}}',
  '{"type":"response.mood.updated","mood":7}',
  '{"type":"response.created"}',
  '{"type":"response.done","response":{}}',
  '{"type":"conversation.item.input_audio_transcription.completed","item_id":"","transcript":null}',
  '{"type":',
  '[]',
  '',
];

/** Everything the simulator says in one eventful call. */
function recordCall(turnDetection: 'auto' | 'manual', faults: readonly SimulatedFault[]) {
  const driver = driveAdapter({
    adapter: createXai(),
    options: { apiKey: 'test-key' },
    config: { ...CONFIG, turnDetection },
    simulator: createXaiSimulator({ callTools: 'on-request', audioSpeed: 20, faults }),
  });
  const speech = makeSpeechSample(RATE_HZ).subarray(0, RATE_HZ);
  driver.until('session-ready');
  for (const pauseMs of [600, 1200]) {
    driver.speak(speech, { chunkMs: 100 });
    driver.pause(pauseMs);
    if (turnDetection === 'manual') driver.command({ type: 'audio-commit' });
  }
  driver.command({ type: 'text-append', text: 'Use berth_status please.' });
  driver.advance(500);
  for (const event of driver.events) {
    if (event.type === 'tool-call') driver.command({ type: 'tool-result', callId: event.callId, output: '{}' });
  }
  driver.advance(400);
  driver.speak(speech, { chunkMs: 100 });
  driver.pause(1500);
  const frames = driver.transcript.flatMap((line) => ('frame' in line && line.dir === 'in' ? [line.frame] : []));
  return { turnDetection, frames, events: driver.events };
}

const CALLS = [
  recordCall('auto', []),
  recordCall('auto', ['continued-items', 'growing-transcripts', 'server-tool', 'unknown-events']),
  recordCall('auto', ['late-deltas', 'speech-started-twice', 'done-missing', 'mcp-call']),
  recordCall('manual', ['late-deltas']),
];
const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

test.each(SEEDS)(
  '[XAI41] a damaged call is survived, with one final per turn and no audio too late: seed %i',
  (seed) => {
    const adapter = createXai();
    const { frames, turnDetection } = CALLS[seed % CALLS.length] ?? CALLS[0]!;
    const config = makeSessionConfig(adapter, { ...CONFIG, turnDetection });
    const codec = adapter.createCodec(config, adapter.parseOptions({ apiKey: 'test-key' }));
    expect(playDamagedCall({ codec, frames, strange: STRANGE, seed }).faults).toEqual([]);
  },
);

test('[XAI41] the recorded calls have what can go wrong', () => {
  const everything = CALLS.flatMap(({ events }) => events.map(({ type }) => type));
  expect(everything).toEqual(
    expect.arrayContaining(['transcript-end', 'audio-delta', 'tool-call', 'speech-start', 'input-commit']),
  );
});
