import { describe, expect, test } from 'vitest';
import { checkOptions, checkTools } from './check-options.ts';
import { NO_SUCH_SETTING, OPTION_NAMES, OTHER_NAMES, type OptionPlace } from './option-names.ts';

/** What is said of an option, without the complaint about it and the list of all. */
function advice(place: OptionPlace, name: string): string | undefined {
  try {
    checkOptions(place, { [name]: 1 });
    return undefined;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    const complaint = `${place} has no option "${name}". `;
    if (code !== 'INVALID_ARGUMENT' || !message.startsWith(complaint)) throw error;
    return message.slice(complaint.length).replace(/ ?There are .*$/, '');
  }
}

test.each<[OptionPlace, string, string]>([
  ['connectRealtime()', 'instructions', 'Use systemPrompt.'],
  ['connectRealtime()', 'system_instruction', 'Use systemPrompt.'],
  ['connectRealtime()', 'systemInstruction', 'Use systemPrompt.'],
  ['connectRealtime()', 'system_prompt', 'Use systemPrompt.'],
  ['createSession()', 'greeting', 'Use firstMessage.'],
  ['createSession()', 'turn_detection', 'Use turnDetection.'],
  ['createSession()', 'input_audio_format', 'Use inputSampleRate.'],
  ['createSession()', 'sampleRate', 'Use inputSampleRate.'],
  ['createSession()', 'functionDeclarations', 'Use tools.'],
  ['createSession()', 'voiceName', 'Use voice.'],
  ['createSession()', 'modalities', 'Leave it out: a session always speaks and always has transcripts.'],
  ['createSession()', 'max_response_output_tokens', "Leave it out: the provider's default holds."],
  ['createSession()', 'agentId', 'Leave it out: it means nothing to a gateway of your own.'],
  ['createSession()', 'onFrame', 'onFrame belongs to connectRealtime().'],
  ['connectRealtime()', 'base_url', 'baseUrl belongs to new Speko().'],
  ['connectRealtime()', 'timeoutMs', 'Use openTimeoutMs.'],
  ['connectRealtime()', 'onMessage', 'Use onFrame.'],
  ['connectRealtime()', 's2s', 'Write what it holds beside the other options.'],
  ['new Speko()', 'api_key', 'Use apiKey.'],
  ['new Speko()', 'baseURL', 'Use baseUrl.'],
  ['new Speko()', 'timeout', 'Use timeoutMs.'],
  ['new Speko()', 'maxRetries', 'Leave it out, and repeat what fails with an error that is retryable.'],
  ['defineTool()', 'inputSchema', 'Use parameters.'],
  ['defineTool()', 'handler', 'Use execute.'],
  ['pacedAudio()', 'sampleRateHz', 'Use sampleRate.'],
  ['interrupt()', 'audio_end_ms', 'Use playedMs.'],
  ['new PlaybackClock()', 'onReport', 'Use report.'],
  ['new Speko()', 'instructions', 'systemPrompt belongs to createSession().'],
  ['createSession()', 'token', 'apiKey belongs to new Speko().'],
  ['new Speko()', 'constructor', ''],
  ['new Speko()', '__proto__x', ''],
])('[CN14] %s %s: %s', (place, name, expected) => {
  expect(advice(place, name)).toBe(expected);
});

test('[CN14] an unknown option is answered by the list of all', () => {
  expect(() => checkOptions('new Speko()', { colour: 'red' })).toThrow(
    'new Speko() has no option "colour". There are apiKey, baseUrl, fetch, timeoutMs.',
  );
});

test.each<[OptionPlace, string]>([
  ['pacedAudio()', 'There are sampleRate, chunkMs.'],
  ['interrupt()', 'There are playedMs.'],
  ['new PlaybackClock()', 'There are report.'],
])('[CN14] %s has no session, so no setting of one is explained', (place, list) => {
  expect(() => checkOptions(place, { speed: 2 })).toThrow(`${place} has no option "speed". ${list}`);
});

test('[CN14] all are told at once', () => {
  expect(() => checkOptions('interrupt()', { audio_end_ms: 1, itemId: 'i1' })).toThrow(
    'interrupt() has no option "audio_end_ms". Use playedMs. interrupt() has no option "itemId". There are playedMs.',
  );
});

test.each<[OptionPlace, object, string]>([
  ['connectRealtime()', { onFrame: 5 }, 'onFrame must be a function.'],
  ['connectRealtime()', { signal: new AbortController() }, 'signal must be an AbortSignal'],
  ['defineTool()', { execute: 'now' }, 'execute must be a function.'],
  ['new Speko()', { fetch: 'node-fetch' }, 'fetch must be a function.'],
])('[CN14] %s: %o is refused', (place, options, message) => {
  expect(() => checkOptions(place, options)).toThrow(message);
});

test.each([[undefined], [null], ['echo'], [[]]])('[CN14] %j is no options', (options) => {
  expect(() => checkOptions('pacedAudio()', options)).toThrow('pacedAudio() takes an object with sampleRate, chunkMs.');
});

test('[CN14] what is undefined was not given', () => {
  expect(advice('new Speko()', 'apiKey')).toBe(undefined);
  checkOptions('createSession()', { provider: 'echo', instructions: undefined });
});

test('[CN14] tools are an array, and what other SDKs write in each passes', () => {
  checkTools(undefined);
  checkTools([{ type: 'function', name: 'a', description: '', parameters: {} }]);
  expect(() => checkTools({ get_time: {} })).toThrow('tools takes an array');
  expect(() => checkTools([null])).toThrow('defineTool() takes an object with name, description, parameters, execute.');
  expect(() => checkTools([{ type: 'function', function: { name: 'a' } }])).toThrow('beside the other options');
});

describe('the tables', () => {
  const places = Object.keys(OPTION_NAMES) as OptionPlace[];
  const known = new Set<string>(places.flatMap((place) => [...OPTION_NAMES[place]]));

  test('hints lead to options that exist', () => {
    expect(Object.keys(OTHER_NAMES).filter((name) => !known.has(name))).toEqual([]);
  });

  test('names are written without case, _ and -', () => {
    const names = [...Object.values(OTHER_NAMES).flat(), ...NO_SUCH_SETTING.keys()];
    expect(names.filter((name) => !/^[a-z0-9]+$/.test(name))).toEqual([]);
  });
});
