import type { ProviderFrame } from '@speko/adapter';
import { driveAdapter, playDamagedCall } from '@speko/adapter-testkit';
import { createGoogleSimulator } from '@speko/simulators/google';
import { describe, expect, test } from 'vitest';
import { MODELS, startCodec } from './__fixtures__/start-codec.ts';
import { createGoogle } from './google-adapter.ts';
import { MODEL_PROFILE_NAMES, type ModelProfileName } from './model-profiles.ts';

const TOOLS = [{ name: 'find_tea', description: 'Finds tea.', parameters: { type: 'object' } }];

/** What the vendor sends in a call in which everything happens. */
function recordCall(profile: ModelProfileName, turnDetection: 'auto' | 'manual') {
  const driver = driveAdapter({
    adapter: createGoogle(),
    options: { apiKey: 'test-key' },
    simulator: createGoogleSimulator({ callTools: 'on-request', audioSpeed: 20, playbackSpeed: 20 }),
    config: { model: MODELS[profile], turnDetection, tools: TOOLS },
  });
  driver.until('session-ready');
  const speech = new Uint8Array(16_000).map((_, index) => (index % 2 === 1 ? (index % 80 < 40 ? 32 : 224) : 0));
  const speak = () => {
    driver.speak(speech);
    if (turnDetection === 'manual') driver.command({ type: 'audio-commit' });
    else driver.pause(800);
  };
  speak();
  driver.advance(3000);
  driver.command({ type: 'text-append', text: 'Tell me all about tea, and take your time.' });
  driver.until('audio-delta');
  speak();
  driver.advance(3000);
  driver.command({ type: 'text-append', text: 'Use find_tea.' });
  const { callId } = driver.until('tool-call');
  driver.command({ type: 'tool-result', callId, output: '{"stock":4}' });
  driver.advance(3000);
  driver.close();
  const frames = driver.transcript.flatMap((line) => ('frame' in line && line.dir === 'in' ? [line.frame] : []));
  return { frames, events: driver.events };
}

const EXTRAS: readonly ProviderFrame[] = [
  '{}',
  '{"serverContent":{}}',
  '{"serverContent":{"interrupted":true}}',
  '{"serverContent":{"turnComplete":true,"interactionStatus":"IN_PROGRESS"}}',
  '{"serverContent":{"turnComplete":true,"turnCompleteReason":"BLOCKLIST"}}',
  '{"serverContent":{"waitingForInput":true}}',
  '{"serverContent":{"inputTranscription":{"text":" hm"}}}',
  '{"serverContent":{"generationComplete":true}}',
  '{"toolCall":{"functionCalls":[{"name":"find_tea"},{"id":7},null]}}',
  '{"toolCall":{"functionCalls":[{"id":7,"name":"find_tea","args":"mint"},{"id":"fc_1001","name":"find_tea"}]}}',
  '{"toolCall":{"functionCalls":[{"id":12345678901234567890,"name":"find_tea","args":{"n":12345678901234567890}}]}}',
  '{"toolCall":{"functionCalls":{"id":"fc_1001","args":[]}}}',
  '{"serverContent":{"modelTurn":{"parts":[{"functionCall":{"name":"find_tea","args":{}}},{"functionCall":5}]}}}',
  '{"serverContent":{"turnComplete":true,"turnCompleteReason":"MALFORMED_FUNCTION_CALL"}}',
  '{"serverContent":{"generationComplete":true,"finishReason":"SAFETY"}}',
  '{"serverContent":{"inputTranscription":{"text":"yes","finished":true}}}',
  '{"serverContent":{"inputTranscription":{"finished":true},"outputTranscription":{"finished":true}}}',
  '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"<html>"}}]}}}',
  '{"toolCallCancellation":{"ids":[7,null,12345678901234567890]}}',
  '{"toolCallCancellation":{"ids":["fc_1001","function-call-1001"]}}',
  '{"usageMetadata":{"promptTokenCount":-4,"responseTokensDetails":[{}]}}',
  '{"sessionResumptionUpdate":{"newHandle":"","resumable":true}}',
  '{"goAway":{"timeLeft":"-1s"}}',
  '{"futureMember":1}',
  '[]',
  'not json',
  'null',
  Uint8Array.of(0xff, 0xfe, 0),
];

describe('[GEM42] random sequences', () => {
  const recordings = MODEL_PROFILE_NAMES.flatMap((profile) =>
    (['auto', 'manual'] as const).map((turnDetection) => ({
      profile,
      turnDetection,
      ...recordCall(profile, turnDetection),
    })),
  );

  test.each(Array.from({ length: 200 }, (_, seed) => [seed]))('[GEM42] seed %i', (seed) => {
    const { profile, turnDetection, frames } = recordings[seed % recordings.length] ?? recordings[0]!;
    const { codec } = startCodec(
      { model: MODELS[profile], turnDetection, tools: TOOLS },
      { interruptBy: seed % 3 === 0 ? 'client-content' : 'muting' },
    );
    expect(playDamagedCall({ codec, frames, strange: EXTRAS, seed }).faults).toEqual([]);
  });

  test.each(recordings)('[GEM42] the recorded call of $profile, $turnDetection, has all that can go wrong', (call) => {
    expect(call.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['input-commit', 'transcript-end', 'audio-delta', 'tool-call', 'response-end']),
    );
  });
});
