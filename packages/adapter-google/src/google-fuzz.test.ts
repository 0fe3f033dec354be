import type { ProviderFrame, SessionEvent } from '@speko/adapter';
import { driveAdapter, findOrderFaults, findShapeFault } from '@speko/adapter-testkit';
import { describe, expect, test } from 'vitest';
import { MODELS, startCodec } from './__fixtures__/start-codec.ts';
import { createGoogle } from './create-google.ts';
import { MODEL_PROFILE_NAMES, type ModelProfileName } from './model-profiles.ts';
import { createGoogleSimulator } from './simulator.ts';

const TOOLS = [{ name: 'find_tea', description: 'Finds tea.', parameters: { type: 'object' } }];

/** Small, quick and the same every time: mulberry32. */
function createRandom(seed: number) {
  let state = seed;
  return (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** What the vendor sends in a call in which everything happens. */
function recordCall(profile: ModelProfileName, turnDetection: 'auto' | 'manual'): readonly ProviderFrame[] {
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
  return driver.transcript.flatMap((line) => ('frame' in line && line.dir === 'in' ? [line.frame] : []));
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
      frames: recordCall(profile, turnDetection),
    })),
  );

  test.each(Array.from({ length: 200 }, (_, seed) => [seed]))('[GEM42] seed %i', (seed) => {
    const random = createRandom(seed);
    const { profile, turnDetection, frames } = recordings[seed % recordings.length] ?? recordings[0]!;
    const { codec, receive } = startCodec(
      { model: MODELS[profile], turnDetection, tools: TOOLS },
      { interruptBy: random(2) === 0 ? 'muting' : 'client-content' },
    );
    codec.hello(0);
    const events: SessionEvent[] = [...receive({ setupComplete: {} }).events];
    const silenced = new Set<string>();
    const late: string[] = [];
    const keep = (more: readonly SessionEvent[]): void => {
      for (const event of more) {
        events.push(event);
        if (event.type === 'audio-delta' && silenced.has(event.responseId)) late.push(event.responseId);
        if (event.type === 'response-interrupt' && event.responseId !== undefined) silenced.add(event.responseId);
        if (event.type === 'response-end') silenced.add(event.responseId);
      }
    };
    let nowMs = 0;
    for (let step = 0; step < 150; step++) {
      nowMs += random(400);
      while (codec.wakeAtMs !== undefined && codec.wakeAtMs <= nowMs) keep(codec.wake(codec.wakeAtMs).events);
      const at = Math.min(frames.length - 1, Math.floor((step / 150) * frames.length) + random(9) - 4);
      const frame = frames[Math.max(0, at)] ?? '{}';
      const choice = random(10);
      if (choice === 0) keep(codec.decode(EXTRAS[random(EXTRAS.length)] ?? '{}', nowMs).events);
      else if (choice === 1) keep(codec.decode(frame.slice(0, random(frame.length)), nowMs).events);
      else if (choice === 2) keep(perform(random, nowMs));
      else {
        keep(codec.decode(frame, nowMs).events);
        if (choice === 3) keep(codec.decode(frame, nowMs).events);
      }
    }
    keep(codec.close({ type: 'closed', code: 1006, reason: '' }, nowMs));
    expect(late).toEqual([]);
    expect(findOrderFaults(events, { isWhole: true })).toEqual([]);
    expect(events.flatMap((event) => findShapeFault(event) ?? [])).toEqual([]);
    const finals = events.flatMap((event) => (event.type === 'transcript-end' ? [event.turnId] : []));
    expect(new Set(finals).size).toBe(finals.length);

    function perform(pick: (limit: number) => number, at: number): readonly SessionEvent[] {
      const last = events.findLast((event) => event.type === 'response-start');
      const call = events.findLast((event) => event.type === 'tool-call');
      const commands = [
        { type: 'audio-commit' },
        { type: 'audio-clear' },
        { type: 'text-append', text: 'Hm.' },
        { type: 'response-cancel', responseId: last?.responseId ?? 'response-1' },
        { type: 'tool-result', callId: call?.callId ?? 'call-1', output: '{}' },
      ] as const;
      codec.appendAudio(new Uint8Array(2 + 2 * pick(4000)), at);
      const output = codec.encode(commands[pick(commands.length)] ?? commands[0], at);
      return output.type === 'ok' ? output.events : [];
    }
  });
});
