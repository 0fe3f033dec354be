// Damaged calls: what the vendor sends is reordered, repeated, cut short and mixed with what nobody knows.
import { driveAdapter, makeSessionConfig, makeSpeechSample, playDamagedCall } from '@speko/adapter-testkit';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { expect, test } from 'vitest';
import { createOpenAI } from './openai-adapter.ts';

const CONFIG = {
  model: 'gpt-realtime-2.1',
  tools: [{ name: 'find_tea', description: 'Finds tea.', parameters: { type: 'object', properties: {} } }],
} as const;
const OPTIONS = { apiKey: 'test-key' };
const STRANGE = [
  '{"type":"response.mood.updated","mood":7}',
  '{"type":"response.created"}',
  '{"type":"response.created","response":{"id":"","status":"in_progress"}}',
  '{"type":"response.done","response":{}}',
  '{"type":"response.created","response":{"id":null}}',
  '{"type":"response.output_audio.delta","response_id":"","item_id":"","delta":"AAAA"}',
  '{"type":"response.output_audio.delta","response_id":null,"item_id":7,"delta":"<html>"}',
  '{"type":"response.output_audio_transcript.delta","response_id":"","item_id":"piece_1","delta":"odd"}',
  '{"type":"response.output_audio_transcript.done","item_id":"piece_2","transcript":"odd"}',
  '{"type":"response.function_call_arguments.done","item_id":"f","call_id":null,"arguments":"{}"}',
  '{"type":"response.output_item.done","item":{"type":"function_call","status":"completed","call_id":7,"name":"find_tea","arguments":{"n":2512292042121000001}}}',
  '{"type":"response.output_item.done","item":{"type":"function_call","call_id":"call_1","name":null,"arguments":[]}}',
  '{"type":"response.done","response":{"id":"","output":[null,{"type":"function_call","name":"find_tea"}]}}',
  '{"type":"conversation.item.input_audio_transcription.completed","item_id":"","transcript":null}',
  '{"type":"input_audio_buffer.speech_started","item_id":"item_of_nobody","audio_start_ms":-3}',
  '{"type":"response.output_audio.delta","response_id":"resp_of_nobody","item_id":"x","delta":"AAAA"}',
  '{"type":"error","error":{"type":"invalid_request_error","code":"response_cancel_not_active","message":"none"}}',
  '{"type":',
  '[]',
  '',
];

/** Everything the simulator says in one eventful call. */
function recordCall(turnDetection: 'auto' | 'manual', settings: Parameters<typeof createOpenAISimulator>[0] = {}) {
  const driver = driveAdapter({
    adapter: createOpenAI(),
    options: OPTIONS,
    config: { ...CONFIG, turnDetection },
    simulator: createOpenAISimulator({ callTools: 'on-request', audioSpeed: 20, ...settings }),
  });
  const speech = makeSpeechSample(driver.audio.inputSampleRateHz);
  const speak = (pauseMs: number): void => {
    driver.speak(speech, { chunkMs: 100 });
    if (turnDetection === 'manual') driver.command({ type: 'audio-commit' });
    driver.pause(pauseMs);
  };
  driver.until('session-ready');
  speak(1200);
  driver.command({ type: 'text-append', text: 'Tell me all about tea, and take your time with every kind of it.' });
  driver.until('audio-delta');
  speak(1500);
  driver.command({ type: 'text-append', text: 'Use find_tea please.' });
  const { callId } = driver.until('tool-call');
  driver.command({ type: 'tool-result', callId, output: '{"stock":4}' });
  driver.advance(3000);
  driver.close();
  const frames = driver.transcript.flatMap((line) => ('frame' in line && line.dir === 'in' ? [line.frame] : []));
  return { turnDetection, frames, events: driver.events };
}

const CALLS = [
  recordCall('auto'),
  recordCall('manual'),
  recordCall('auto', { transcriptionDelaysMs: [900, 20], responseDelayMs: 5 }),
];
const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

test.each(SEEDS)(
  '[OAI58] a damaged call is survived, with one final per turn and no audio too late: seed %i',
  (seed) => {
    const adapter = createOpenAI();
    const { frames, turnDetection } = CALLS[seed % CALLS.length] ?? CALLS[0]!;
    const config = makeSessionConfig(adapter, { ...CONFIG, turnDetection });
    const codec = adapter.createCodec(config, adapter.parseOptions(OPTIONS));
    expect(playDamagedCall({ codec, frames, strange: STRANGE, seed }).faults).toEqual([]);
  },
);

test.each(CALLS)('[OAI58] the recorded call has all that can go wrong ($turnDetection)', ({ events }) => {
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['transcript-end', 'audio-delta', 'tool-call', 'input-commit', 'response-end']),
  );
});
