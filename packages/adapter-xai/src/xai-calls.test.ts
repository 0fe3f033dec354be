// Whole calls between the adapter and its simulator, in memory.
import type { SessionEvent } from '@speko/adapter';
import { type AdapterDriver, driveAdapter, findOrderFaults, makeSpeechSample } from '@speko/adapter-testkit';
import { bestCorrelation, pcmToSamples } from '@speko/audio';
import {
  createXaiSimulator,
  type SimulatedFault,
  SIMULATED_FAULTS,
  type XaiSimulatorOptions,
} from '@speko/simulators/xai';
import { describe, expect, test } from 'vitest';
import { BERTH_STATUS } from './__fixtures__/start-codec.ts';
import { createXai } from './xai-adapter.ts';

type Config = NonNullable<Parameters<typeof driveAdapter>[0]['config']>;

function call(config: Config = {}, options: XaiSimulatorOptions = {}, simulator = createXaiSimulator(options)) {
  return driveAdapter({
    adapter: createXai(),
    options: { apiKey: 'test-key' },
    config: { inputSampleRateHz: 16_000, ...config },
    simulator,
    networkDelayMs: 20,
  });
}

function speak(driver: AdapterDriver, pauseMs = 900): void {
  driver.speak(makeSpeechSample(driver.audio.inputSampleRateHz));
  driver.pause(pauseMs);
}

const errors = (events: readonly SessionEvent[]) => events.filter((event) => event.type === 'provider-error');
const finals = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === 'transcript-end' ? [event.text] : []));
const ends = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === 'response-end' ? [event.status] : []));

describe('[XAI54] a call with two spoken turns', () => {
  const HARMLESS: readonly SimulatedFault[] = [
    'conversation-first',
    'no-session-created',
    'voice-echo',
    'flat-errors',
    'beta-names',
    'unknown-events',
    'speech-started-twice',
    'growing-transcripts',
    'continued-items',
    'usage-missing',
    'late-deltas',
    'cancelled-event',
    'server-tool',
    'mcp-call',
    'truncate-ignored',
  ];

  test.each([undefined, ...HARMLESS])('goes through with the oddity %s', (fault) => {
    const driver = call({}, { transcriptionDelaysMs: [60], faults: fault === undefined ? [] : [fault] });
    driver.until('session-ready');
    for (let turn = 0; turn < 2; turn++) {
      speak(driver);
      driver.advance(6000);
    }
    expect(finals(driver.events)).toEqual(['simulated: 1.2 s of speech', 'simulated: 1.2 s of speech']);
    expect(ends(driver.events)).toEqual(['completed', 'completed']);
    driver.close();
    expect(findOrderFaults(driver.events, { isWhole: true })).toEqual([]);
    expect(errors(driver.events)).toMatchObject([{ code: 'CONNECTION_LOST' }]);
  });

  test('goes through without a single response.done', () => {
    const driver = call({}, { faults: ['done-missing'] });
    driver.until('session-ready');
    speak(driver);
    driver.advance(12_000);
    speak(driver);
    driver.advance(12_000);
    expect(ends(driver.events)).toEqual(['completed', 'completed']);
    expect(errors(driver.events)).toEqual([]);
  });

  test('goes through with turns ended by hand', () => {
    const driver = call({ turnDetection: 'manual' });
    driver.until('session-ready');
    for (let turn = 0; turn < 2; turn++) {
      speak(driver, 100);
      driver.command({ type: 'audio-commit' });
      driver.advance(6000);
    }
    expect(finals(driver.events)).toEqual(['simulated: 1.3 s of speech', 'simulated: 1.3 s of speech']);
    expect(ends(driver.events)).toEqual(['completed', 'completed']);
    expect(errors(driver.events)).toEqual([]);
  });
});

test('[XAI54] a user who speaks on before the answer is heard has one turn and one answer', () => {
  const driver = call({}, { faults: ['continued-items'], responseDelayMs: 1500, transcriptionDelaysMs: [60] });
  driver.until('session-ready');
  speak(driver);
  speak(driver);
  driver.advance(8000);
  expect(finals(driver.events)).toEqual(['simulated: 2.4 s of speech']);
  expect(ends(driver.events)).toEqual(['cancelled', 'completed']);
  expect(driver.events.filter(({ type }) => type === 'input-commit')).toHaveLength(1);
  expect(findOrderFaults(driver.events, { isWhole: false })).toEqual([]);
});

test('[XAI54] what is echoed is what was said, at any of both rates, without resampling', () => {
  for (const inputSampleRateHz of [16_000, 24_000]) {
    for (const outputSampleRateHz of [16_000, 24_000]) {
      const config = { inputSampleRateHz, outputSampleRateHz, turnDetection: 'manual' } as const;
      const driver = call(config, { reply: () => ({ text: 'echo', audio: 'echo' }) });
      driver.until('session-ready');
      expect(driver.audio).toEqual({ inputSampleRateHz, outputSampleRateHz });
      driver.append(makeSpeechSample(inputSampleRateHz));
      driver.command({ type: 'audio-commit' });
      driver.until('response-end');
      const heard = driver.events.flatMap((event) =>
        event.type === 'audio-delta' ? [...pcmToSamples(event.pcm)] : [],
      );
      const said = pcmToSamples(makeSpeechSample(outputSampleRateHz));
      const { correlation } = bestCorrelation(said, Int16Array.from(heard), outputSampleRateHz / 50);
      expect(correlation).toBeGreaterThan(0.98);
      expect(Math.abs(heard.length - said.length)).toBeLessThan(outputSampleRateHz / 100);
    }
  }
});

test('[XAI54] a commit in the middle of speech is answered', () => {
  const driver = call();
  driver.until('session-ready');
  driver.speak(makeSpeechSample(16_000).subarray(0, 16_000));
  driver.command({ type: 'audio-commit' });
  driver.until('response-end', { limitMs: 6000 });
  expect(finals(driver.events)).toHaveLength(1);
  expect(errors(driver.events)).toEqual([]);
});

test('[XAI54] the first message is spoken without a word of the user, and what is typed meanwhile is answered after it', () => {
  const driver = call({ firstMessage: 'Harbour desk, good morning.' }, { callTools: 'on-request' });
  driver.until('session-ready');
  driver.command({ type: 'text-append', text: 'Hello.' });
  driver.advance(8000);
  const said = driver.events.flatMap((event) => (event.type === 'transcript-delta' ? [event.delta] : [])).join('');
  expect(said).toBe('Harbour desk, good morning.simulated: you wrote "Hello."');
  expect(errors(driver.events)).toEqual([]);
});

test('[XAI54] two calls of one response, beside one of the vendor’s, lead to one spoken answer', () => {
  const tools = [BERTH_STATUS, { ...BERTH_STATUS, name: 'tide_table' }];
  const driver = call({ tools }, { callTools: 'on-request', faults: ['server-tool'] });
  driver.until('session-ready');
  driver.command({ type: 'text-append', text: 'Use berth_status and tide_table.' });
  driver.advance(1000);
  const calls = driver.events.flatMap((event) => (event.type === 'tool-call' ? [event] : []));
  expect(calls.map(({ name }) => name)).toEqual(['berth_status', 'tide_table']);
  expect(driver.events.flatMap((event) => (event.type === 'server-tool' ? [event.name] : []))).toContain(
    'x_keyword_search',
  );
  for (const { callId } of calls) driver.command({ type: 'tool-result', callId, output: '{"free":true}' });
  driver.advance(6000);
  expect(ends(driver.events)).toEqual(['completed', 'completed']);
});

test.each([[[]], [['late-deltas']], [['done-missing']], [['cancelled-event']]] as const)(
  '[XAI54] an interrupted answer is not heard any more and the call goes on, with the faults %j',
  (faults) => {
    const driver = call({}, { callTools: 'on-request', faults });
    driver.until('session-ready');
    driver.command({ type: 'text-append', text: 'Tell me at length about ferries, tides, moons and harbours.' });
    const { responseId, itemId } = driver.until('audio-delta');
    driver.command({ type: 'response-cancel', responseId });
    const from = driver.events.length;
    driver.command({ type: 'response-truncate', responseId, items: [{ itemId, heardMs: 200, totalMs: 480 }] });
    driver.advance(4000);
    const after = driver.events.slice(from);
    expect(after.filter(({ type }) => type === 'audio-delta')).toEqual([]);
    expect(ends(after)).toEqual(['cancelled']);
    driver.command({ type: 'text-append', text: 'Still there?' });
    driver.until('audio-delta');
    expect(errors(driver.events)).toEqual([]);
  },
);

test('[XAI54] a dropped call goes on where it was', () => {
  const simulator = createXaiSimulator({ callTools: 'on-request' });
  const first = call({}, {}, simulator);
  const { handle } = first.until('resumption-update');
  first.command({ type: 'text-append', text: 'My boat is the Porthos.' });
  first.until('response-end');
  first.close();

  const history = [{ type: 'message', role: 'user', text: 'My boat is the Porthos.' }] as const;
  const second = call({ continuation: { handle, history } }, {}, simulator);
  expect(second.until('resumption-update').handle).toBe(handle);
  expect(second.events.map(({ type }) => type)).toEqual(['session-ready', 'resumption-update']);
  const created = (driver: AdapterDriver) =>
    driver.transcript.filter(
      (line) => 'frame' in line && line.dir === 'out' && String(line.frame).includes('item.create'),
    );
  expect(created(second)).toEqual([]);

  const forgotten = call({ continuation: { handle: 'conv-unknown', history } }, {}, simulator);
  forgotten.until('session-ready');
  expect(created(forgotten)).toHaveLength(1);
});

describe('[XAI55] what goes wrong at the vendor', () => {
  test.each([
    ['drop', 'CONNECTION_LOST', true],
    ['close-1001', 'UNAVAILABLE', true],
    ['close-1011', 'CONNECTION_LOST', true],
    ['max-duration', 'SESSION_EXPIRED', true],
  ] as const)('%s is told once, and what was open is closed', (fault, code, retryable) => {
    const driver = call({ model: `grok-voice-latest-fault-${fault}` }, { callTools: 'on-request' });
    driver.until('session-ready');
    driver.command({ type: 'text-append', text: 'Tell me at length about ferries, tides, moons and harbours.' });
    driver.advance(8000);
    expect(driver.isOpen).toBe(false);
    expect(errors(driver.events)).toMatchObject([{ code, retryable, fatal: true }]);
    expect(findOrderFaults(driver.events, { isWhole: true })).toEqual([]);
  });

  test.each([
    ['internal-error', 'failed'],
    ['stall', 'cancelled'],
  ] as const)('%s ends the response, not the call', (fault, status) => {
    const driver = call({}, { callTools: 'on-request', faults: [fault] });
    driver.until('session-ready');
    driver.command({ type: 'text-append', text: 'Tell me at length about ferries, tides, moons and harbours.' });
    driver.advance(17_000);
    expect(ends(driver.events)).toEqual([status]);
    expect(driver.isOpen).toBe(true);
  });

  test('a request that is not answered does not hold up the next one', () => {
    const driver = call({}, { callTools: 'on-request', faults: ['no-answer'] });
    driver.until('session-ready');
    driver.command({ type: 'text-append', text: 'One.' });
    driver.advance(11_000);
    driver.command({ type: 'text-append', text: 'Two.' });
    driver.until('response-end');
    expect(errors(driver.events)).toEqual([]);
  });

  test('audio as binary messages comes through raw, and the call goes on', () => {
    const driver = call({}, { callTools: 'on-request', faults: ['binary-audio'] });
    driver.until('session-ready');
    driver.command({ type: 'text-append', text: 'Hello.' });
    driver.until('response-end');
    expect(driver.events.filter(({ type }) => type === 'provider-raw').length).toBeGreaterThan(0);
  });

  test('every fault of the simulator has a test', () => {
    expect(Object.keys(SIMULATED_FAULTS).toSorted()).toEqual([
      'beta-names',
      'binary-audio',
      'cancelled-event',
      'close-1001',
      'close-1011',
      'continued-items',
      'conversation-first',
      'done-missing',
      'drop',
      'flat-errors',
      'growing-transcripts',
      'internal-error',
      'late-deltas',
      'max-duration',
      'mcp-call',
      'no-answer',
      'no-session-created',
      'no-transcripts',
      'server-tool',
      'speech-started-twice',
      'stall',
      'truncate-ignored',
      'unknown-events',
      'usage-missing',
      'voice-echo',
    ]);
  });

  test.each([
    ['invalid-key', 'AUTH_FAILED'],
    ['no-credit-key', 'QUOTA_EXCEEDED'],
    ['http-503', 'UNAVAILABLE'],
  ])('the key %s is refused as %s', (apiKey, code) => {
    const driver = driveAdapter({ adapter: createXai(), options: { apiKey }, simulator: createXaiSimulator() });
    expect(errors(driver.events)).toMatchObject([{ code, fatal: true }]);
  });

  test('an unknown model and an unknown voice are replaced, and told', () => {
    const driver = call({ model: 'grok-9', voice: 'nobody' }, { faults: ['voice-echo'] });
    expect(driver.until('session-ready')).toEqual({
      type: 'session-ready',
      model: 'grok-voice-3.0',
      voice: 'ara',
      ignored: ['s2s.voice'],
    });
  });
});
