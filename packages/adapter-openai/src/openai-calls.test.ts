// Whole calls between the adapter and its simulator, in memory.
import type { SessionEvent } from '@speko/adapter';
import { driveAdapter, makeSpeechSample } from '@speko/adapter-testkit';
import { createOpenAISimulator, type OpenAISimulatorOptions } from '@speko/simulators/openai';
import { describe, expect, test } from 'vitest';
import { createOpenAI } from './openai-adapter.ts';
import type { OpenAIOptionsInput } from './openai-options.ts';

const SPEECH = makeSpeechSample(24_000);

type Config = NonNullable<Parameters<typeof driveAdapter>[0]['config']>;

function call(config: Config = {}, simulator: OpenAISimulatorOptions = {}, options: Partial<OpenAIOptionsInput> = {}) {
  return driveAdapter({
    adapter: createOpenAI(),
    options: { apiKey: 'test-key', ...options },
    config: { model: 'gpt-realtime-2.1', ...config },
    simulator: createOpenAISimulator({ epochMs: () => 1_795_000_000_000, ...simulator }),
    networkDelayMs: 20,
  });
}

const errors = (events: readonly SessionEvent[]) => events.filter((event) => event.type === 'provider-error');

test('[OAI56] a call with a compatible server of the beta dialect, found out by itself', () => {
  const driver = call({ temperature: 0.8 }, { dialect: 'beta' }, { dialect: 'auto' });
  expect(driver.until('session-ready')).toMatchObject({ ignored: [], voice: 'alloy' });
  driver.speak(SPEECH);
  driver.pause(700);
  expect(driver.until('response-end')).toMatchObject({ status: 'completed' });
  expect(driver.events.find((event) => event.type === 'transcript-end')?.text).toBe('simulated: 1.2 s of speech');
  expect(driver.events.some((event) => event.type === 'audio-delta')).toBe(true);
  expect(errors(driver.events)).toEqual([]);
});

test('[OAI56] the first message is spoken without a word of the user', () => {
  const driver = call({ firstMessage: 'Welcome to the "Tea House".' });
  driver.until('response-end');
  const said = driver.events.flatMap((event) => (event.type === 'transcript-delta' ? [event.delta] : [])).join('');
  expect(said).toBe('Welcome to the "Tea House".');
});

test('[OAI56] a commit in the middle of speech is answered once', () => {
  const driver = call();
  driver.until('session-ready');
  driver.speak(SPEECH.subarray(0, 48_000));
  driver.command({ type: 'audio-commit' });
  driver.pause(1500);
  driver.advance(8000);
  expect(driver.events.filter((event) => event.type === 'input-commit')).toHaveLength(1);
  expect(driver.events.filter((event) => event.type === 'response-end')).toHaveLength(1);
  expect(errors(driver.events)).toEqual([]);
});

test('[OAI56] a commit that crosses with the end the vendor found itself is answered once', () => {
  const driver = call();
  driver.until('session-ready');
  driver.speak(SPEECH);
  driver.pause(500);
  driver.command({ type: 'audio-commit' });
  driver.advance(8000);
  expect(driver.events.filter((event) => event.type === 'response-end')).toHaveLength(1);
  expect(errors(driver.events)).toEqual([]);
});

test.each([900, 4000])('[OAI56] a commit %i ms after the vendor found the end is answered once', (afterMs) => {
  const driver = call();
  driver.until('session-ready');
  driver.speak(SPEECH);
  driver.pause(500 + afterMs);
  driver.command({ type: 'audio-commit' });
  driver.advance(8000);
  expect(driver.events.filter((event) => event.type === 'input-commit')).toHaveLength(1);
  expect(driver.events.filter((event) => event.type === 'response-start')).toHaveLength(1);
  expect(errors(driver.events)).toEqual([]);
});

test('[OAI56] two calls of one response lead to one spoken answer', () => {
  const tool = (name: string) => ({ name, description: name, parameters: { type: 'object' } });
  const driver = call({ tools: [tool('find_tea'), tool('find_cup')] });
  driver.until('session-ready');
  driver.command({ type: 'text-append', text: 'Use find_tea and find_cup.' });
  const first = driver.until('tool-call');
  const second = driver.until('tool-call');
  driver.command({ type: 'tool-result', callId: second.callId, output: '1' });
  driver.advance(2000);
  driver.command({ type: 'tool-result', callId: first.callId, output: '4' });
  driver.advance(10_000);
  expect(driver.events.filter((event) => event.type === 'response-start')).toHaveLength(2);
  expect(errors(driver.events)).toEqual([]);
});

test('[OAI56] what was not heard of an interrupted answer is forgotten, without a complaint of the vendor', () => {
  const driver = call({}, { reply: () => ({ text: 'A long story.', audio: new Int16Array(120_000).fill(500) }) });
  driver.until('session-ready');
  driver.command({ type: 'text-append', text: 'Tell me.' });
  const { responseId, itemId } = driver.until('audio-delta');
  driver.advance(300);
  driver.command({ type: 'response-cancel', responseId });
  driver.until('response-end');
  const totalMs = driver.events.reduce(
    (sum, event) => sum + (event.type === 'audio-delta' ? event.pcm.byteLength / 48 : 0),
    0,
  );
  driver.command({ type: 'response-truncate', responseId, items: [{ itemId, heardMs: totalMs / 2, totalMs }] });
  driver.advance(1000);
  const answers = driver.transcript.flatMap((line) =>
    line.dir === 'in' && typeof line.frame === 'string' && /"error"|truncated/.test(line.frame) ? [line.frame] : [],
  );
  expect(answers).toEqual([expect.stringContaining(`"audio_end_ms":${Math.floor(totalMs / 2)}`)]);
});

describe('[OAI57] what goes wrong at the vendor', () => {
  test.each([
    ['drop', { code: 'CONNECTION_LOST', retryable: true }],
    ['close-1011', { code: 'CONNECTION_LOST', retryable: true }],
    ['session-expires', { code: 'SESSION_EXPIRED', retryable: true }],
    ['no-credit', { code: 'QUOTA_EXCEEDED', retryable: false }],
    ['rate-limit', { code: 'RATE_LIMITED', fatal: false }],
  ])('%s is told once', (fault, expected) => {
    const driver = call({ model: `fault-${fault}` });
    driver.until('session-ready');
    driver.command({ type: 'text-append', text: 'Tell me a long story about tea, please.' });
    driver.advance(6000);
    expect(errors(driver.events)).toMatchObject([expected]);
  });

  test('a request that is not answered does not hold up the next one', () => {
    const driver = call({ model: 'fault-no-answer' });
    driver.until('session-ready');
    driver.command({ type: 'text-append', text: 'One.' });
    driver.command({ type: 'text-append', text: 'Two.' });
    driver.advance(9000);
    expect(driver.until('response-end')).toMatchObject({ status: 'completed' });
  });

  test.each([
    ['invalid-key', 'AUTH_FAILED'],
    ['no-credit', 'QUOTA_EXCEEDED'],
    ['http-503', 'UNAVAILABLE'],
  ])('key %s never becomes ready: %s', (apiKey, code) => {
    const driver = call({}, {}, { apiKey });
    driver.advance(100);
    expect(driver.events).toMatchObject([{ type: 'provider-error', code, fatal: true }]);
    expect(driver.isOpen).toBe(false);
  });
});
