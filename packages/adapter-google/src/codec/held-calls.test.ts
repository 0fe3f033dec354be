// The adapter against the simulator, with everything that differs between models and everything that can be odd.
import type { SessionConfig } from '@speko/adapter';
import { driveAdapter, findOrderFaults, makeSpeechSample } from '@speko/adapter-testkit';
import {
  createGoogleSimulator,
  type GoogleSimulatorOptions,
  SIMULATED_FAULTS,
  type SimulatedFault,
} from '@speko/simulators/google';
import { describe, expect, test } from 'vitest';
import { MODELS, types } from '../__fixtures__/start-codec.ts';
import { createGoogle } from '../google-adapter.ts';
import type { GoogleOptionsInput } from '../google-options.ts';
import { MODEL_PROFILE_NAMES } from '../model-profiles.ts';

const SPEECH = makeSpeechSample(16_000);
const TOOLS = ['find_tea', 'find_cup'].map((name) => ({
  name,
  description: 'Finds things.',
  parameters: { type: 'object', properties: { kind: { type: 'string' } }, additionalProperties: { type: 'string' } },
}));
const LONG = 'Tell me at length how tea is grown, picked, rolled, dried, packed and shipped around the world.';

function hold(
  config: Partial<SessionConfig> = {},
  simulation: GoogleSimulatorOptions = {},
  options: Partial<GoogleOptionsInput> = {},
) {
  const driver = driveAdapter({
    adapter: createGoogle(),
    options: { apiKey: 'test-key', ...options },
    simulator: createGoogleSimulator({ callTools: 'on-request', ...simulation }),
    networkDelayMs: 20,
    config: { tools: TOOLS, ...config },
  });
  driver.until('session-ready');
  return driver;
}

type Driver = ReturnType<typeof hold>;

const errorsOf = (driver: Driver) => driver.events.filter(({ type }) => type === 'provider-error');
const finalsOf = (driver: Driver) =>
  driver.events.flatMap((event) => (event.type === 'transcript-end' ? [event.text] : []));
const saidBy = (driver: Driver, responseId: string) =>
  driver.events
    .flatMap((event) => (event.type === 'transcript-delta' && event.turnId === responseId ? [event.delta] : []))
    .join('');
const nextAnswer = (driver: Driver) => {
  const { responseId } = driver.until('audio-delta');
  driver.until('response-end', { where: (event) => event.responseId === responseId });
  return saidBy(driver, responseId);
};

function speak(driver: Driver, turnDetection: 'auto' | 'manual'): void {
  driver.speak(SPEECH);
  if (turnDetection === 'manual') driver.command({ type: 'audio-commit' });
  else driver.pause(900);
}

describe.each(MODEL_PROFILE_NAMES)('%s', (profile) => {
  test.each(['auto', 'manual'] as const)('[GEM53] a whole call with %s turns', (turnDetection) => {
    const driver = hold({ model: MODELS[profile], turnDetection, firstMessage: 'Welcome.' });
    expect(nextAnswer(driver)).toBe('Welcome.');

    speak(driver, turnDetection);
    expect(nextAnswer(driver)).toBe('simulated: 1.2 s of speech');
    speak(driver, turnDetection);
    expect(nextAnswer(driver)).toBe('simulated: 1.2 s of speech');
    expect(finalsOf(driver)).toEqual(['simulated: 1.2 s of speech', 'simulated: 1.2 s of speech']);

    driver.command({ type: 'text-append', text: 'Use find_tea and find_cup.' });
    const first = driver.until('tool-call');
    const second = driver.until('tool-call');
    driver.append(SPEECH.subarray(0, 640));
    driver.command({ type: 'tool-result', callId: first.callId, output: '"mint"' });
    driver.command({ type: 'tool-result', callId: second.callId, output: '{"cups":4}' });
    expect(nextAnswer(driver)).toMatch(/^simulated: find_(?:cup answered \{"cups":4\}|tea answered mint)$/);
    driver.command({ type: 'audio-clear' });

    driver.command({ type: 'text-append', text: LONG });
    const { responseId } = driver.until('audio-delta');
    if (turnDetection === 'manual') driver.command({ type: 'response-cancel', responseId });
    speak(driver, turnDetection);
    const end = driver.until('response-end', { where: (event) => event.responseId === responseId });
    expect(end.status).toBe('cancelled');
    expect(nextAnswer(driver)).toBe('simulated: 1.2 s of speech');

    driver.advance(10_000);
    expect(errorsOf(driver)).toEqual([]);
    expect(driver.events.filter(({ type }) => type === 'provider-raw')).toEqual([]);
    expect(driver.wakeFaults).toEqual([]);
    driver.close();
    expect(findOrderFaults(driver.events, { isWhole: true })).toEqual([]);
  });

  test('[GEM13, GEM53] a commit ends a turn that nobody paused in', () => {
    const driver = hold({ model: MODELS[profile] });
    driver.speak(SPEECH);
    driver.command({ type: 'audio-commit' });
    expect(nextAnswer(driver)).toMatch(/^simulated: 1\.[12] s of speech$/);
    expect(errorsOf(driver)).toEqual([]);
  });

  test('[GEM10, GEM53] a conversation is told again', () => {
    const driver = hold({
      model: MODELS[profile],
      continuation: {
        history: [
          { type: 'message', role: 'user', text: 'Tea?' },
          { type: 'message', role: 'assistant', text: 'Mint.' },
          { type: 'message', role: 'user', text: 'How much?' },
        ],
      },
    });
    expect(nextAnswer(driver)).toBe('simulated: you wrote "How much?"');
    expect(errorsOf(driver)).toEqual([]);
  });
});

test('[GEM9, GEM35] a call that is open when the connection is replaced gets its result on the next one', () => {
  const simulator = createGoogleSimulator({
    reply: ({ userText = '' }) =>
      userText === 'Tea?' ? { tools: [{ name: 'find_tea', arguments: {} }] } : { text: `I see ${userText}` },
  });
  const start = (config: Partial<SessionConfig>) => {
    const driver = driveAdapter({
      adapter: createGoogle(),
      options: { apiKey: 'test-key' },
      simulator,
      config: { tools: TOOLS, ...config },
    });
    driver.until('session-ready');
    return driver;
  };
  const first = start({});
  first.command({ type: 'text-append', text: 'Tea?' });
  const { callId } = first.until('tool-call');
  first.advance(100);
  const update = first.events.findLast((event) => event.type === 'resumption-update');
  first.close({ type: 'closed', code: 1006, reason: '' });
  const history = [
    { type: 'message', role: 'user', text: 'Tea?' },
    { type: 'tool-call', callId, name: 'find_tea', arguments: '{}' },
  ] as const;
  for (const continuation of [{ handle: update?.handle ?? '', history }, { history }]) {
    const second = start({ continuation });
    second.advance(1000);
    second.command({ type: 'tool-result', callId, output: '{"stock":4}' });
    expect(nextAnswer(second)).toBe('I see [The function find_tea returned: {"stock":4}]');
    expect(errorsOf(second)).toEqual([]);
    second.close();
  }
});

describe('[GEM59] a cough while a tool of 3.8 runs', () => {
  const cough = (toolBehavior?: 'blocking') => {
    const driver = hold({ model: MODELS['3.8'] }, {}, toolBehavior === undefined ? {} : { toolBehavior });
    driver.command({ type: 'text-append', text: 'Use find_tea.' });
    const { callId } = driver.until('tool-call');
    driver.advance(500);
    driver.speak(SPEECH.subarray(0, 16_000));
    driver.pause(900);
    expect(nextAnswer(driver)).toBe('simulated: 0.5 s of speech');
    driver.command({ type: 'tool-result', callId, output: '{"stock":4}' });
    return driver;
  };

  test('[GEM59] loses nothing', () => {
    const driver = cough();
    expect(nextAnswer(driver)).toBe('simulated: find_tea answered {"stock":4}');
    expect(types(driver.events)).not.toContain('tool-cancel');
    expect(errorsOf(driver)).toEqual([]);
  });

  test('[GEM59] loses the call where the operator has tools block', () => {
    const driver = cough('blocking');
    driver.advance(8000);
    expect(types(driver.events)).toContain('tool-cancel');
    expect(types(driver.events).at(-1)).not.toBe('audio-delta');
  });
});

test('[GEM29] an operator may have responses stopped by content', () => {
  const driver = hold({}, {}, { interruptBy: 'client-content' });
  driver.command({ type: 'text-append', text: LONG });
  const { responseId } = driver.until('audio-delta');
  driver.command({ type: 'response-cancel', responseId });
  driver.advance(3000);
  const audio = driver.events.filter((event) => event.type === 'audio-delta');
  expect(audio).toHaveLength(1);
  speak(driver, 'auto');
  expect(nextAnswer(driver)).toBe('simulated: 1.2 s of speech');
});

test('[GEM31] the capabilities of a session say what it can do', () => {
  const google = createGoogle();
  const config = (turnDetection: 'auto' | 'manual'): SessionConfig => ({
    sessionId: 's',
    model: 'gemini-3.8-live',
    tools: [],
    turnDetection,
    inputSampleRateHz: 16_000,
    outputSampleRateHz: 24_000,
  });
  const flags = (turnDetection: 'auto' | 'manual', interruptBy: 'muting' | 'client-content') => {
    const { clear, interrupt, reasons } =
      google.sessionCapabilities?.(config(turnDetection), google.parseOptions({ apiKey: 'k', interruptBy })) ??
      google.capabilities;
    return { clear, interrupt, reasons: Object.keys(reasons) };
  };
  expect(flags('auto', 'muting')).toEqual({
    clear: false,
    interrupt: false,
    reasons: ['clear', 'interrupt', 'truncate', 'fullDuplex'],
  });
  expect(flags('auto', 'client-content')).toEqual({
    clear: false,
    interrupt: true,
    reasons: ['truncate', 'fullDuplex', 'clear'],
  });
  expect(flags('manual', 'muting')).toEqual({ clear: true, interrupt: true, reasons: ['truncate', 'fullDuplex'] });
});

describe('oddities', () => {
  /** These end the connection, or keep it from beginning; the others a call survives. */
  const ENDS: Readonly<Partial<Record<SimulatedFault, string>>> = {
    'go-away': 'SESSION_EXPIRED',
    'close-1011': 'PROVIDER_ERROR',
    drop: 'CONNECTION_LOST',
    'quota-exceeded': 'QUOTA_EXCEEDED',
  };
  const SILENT: readonly SimulatedFault[] = ['stall', 'no-setup'];
  const faults = Object.keys(SIMULATED_FAULTS) as SimulatedFault[];

  test.each(faults.filter((fault) => !SILENT.includes(fault) && !(fault in ENDS)))(
    '[GEM51] a call with %s goes through',
    (fault) => {
      // Only calls that block are taken back.
      const toolBehavior = fault === 'call-cancelled' ? 'blocking' : 'background';
      const driver = hold({ model: `gemini-3.8-live-fault-${fault}` }, {}, { toolBehavior });
      const isRejected = fault === 'rejected' || fault === 'waiting-for-input';
      if (isRejected) {
        speak(driver, 'auto');
        driver.advance(3000);
      }
      speak(driver, 'auto');
      expect(nextAnswer(driver)).toBe('simulated: 1.2 s of speech');
      driver.advance(65_000);

      driver.command({ type: 'text-append', text: LONG });
      const { responseId } = driver.until('audio-delta');
      speak(driver, 'auto');
      driver.until('response-end', { where: (event) => event.responseId === responseId });
      const cutAt = driver.events.findIndex(
        (event) => event.type === 'response-interrupt' && event.responseId === responseId,
      );
      const late = cutAt < 0 ? [] : driver.events.slice(cutAt);
      expect(late.filter((event) => event.type === 'audio-delta' && event.responseId === responseId)).toEqual([]);
      expect(nextAnswer(driver)).toBe('simulated: 1.2 s of speech');
      driver.advance(65_000);

      driver.command({ type: 'text-append', text: 'Use find_tea.' });
      const { callId } = driver.until('tool-call');
      if (fault === 'call-cancelled') driver.until('tool-cancel');
      driver.command({ type: 'tool-result', callId, output: '{"stock":4}' });
      const answer = fault === 'call-cancelled' ? 'none' : nextAnswer(driver);
      expect(answer).toBe(fault === 'call-cancelled' ? 'none' : 'simulated: find_tea answered {"stock":4}');
      driver.advance(65_000);

      const turns = driver.events.flatMap((event) => (event.type === 'transcript-end' ? [event.turnId] : []));
      expect(new Set(turns).size).toBe(turns.length);
      const errors = fault === 'rejected' ? [{ providerCode: 'RESPONSE_REJECTED', fatal: false }] : [];
      expect(errorsOf(driver)).toMatchObject(errors);
      const broken = driver.events.filter((event) => event.type === 'response-end' && event.status === 'incomplete');
      expect(broken).toHaveLength(fault === 'rejected' ? 1 : 0);
      expect(driver.wakeFaults).toEqual([]);
      driver.close();
      expect(findOrderFaults(driver.events, { isWhole: true })).toEqual([]);
    },
  );

  test.each(Object.entries(ENDS))('[GEM51] %s ends the call as %s', (fault, code) => {
    const driver = hold({ model: `gemini-3.8-live-fault-${fault}` });
    driver.command({ type: 'text-append', text: LONG });
    driver.advance(10_000);
    expect(driver.isOpen).toBe(false);
    expect(errorsOf(driver)).toMatchObject([{ code, fatal: true, retryable: fault !== 'quota-exceeded' }]);
    expect(findOrderFaults(driver.events, { isWhole: true })).toEqual([]);
  });

  test.each(SILENT)('[GEM51] %s leaves the call without an answer', (fault) => {
    const driver = driveAdapter({
      adapter: createGoogle(),
      options: { apiKey: 'test-key' },
      simulator: createGoogleSimulator({ faults: [fault] }),
    });
    driver.advance(20_000);
    expect(driver.events.some(({ type }) => type === 'session-ready')).toBe(fault === 'stall');
    if (fault !== 'stall') return;
    driver.command({ type: 'text-append', text: LONG });
    driver.advance(60_000);
    expect(driver.events.filter(({ type }) => type === 'response-end')).toEqual([]);
  });

  test('[GEM51] the oddities of older models', () => {
    for (const fault of ['late-audio', 'no-turn-complete', 'interrupted-after-turn', 'one-frame'] as const) {
      const driver = hold({ model: MODELS['2.5-native-audio'] }, { faults: [fault] });
      speak(driver, 'auto');
      expect(nextAnswer(driver)).toBe('simulated: 1.2 s of speech');
      expect(errorsOf(driver)).toEqual([]);
    }
  });
});
