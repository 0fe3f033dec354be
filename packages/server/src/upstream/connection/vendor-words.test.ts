import type { ProviderErrorEvent, SessionConfig } from '@speko/adapter';
import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/fake-clock.ts';
import { VendorWords } from './vendor-words.ts';

const config: SessionConfig = {
  sessionId: 's1',
  model: 'm',
  systemPrompt: 'You work for Acme, and never say that the March offer is a mistake.',
  firstMessage: 'Welcome to Acme, where every day is a bargain day!',
  tools: [
    {
      name: 'find_order',
      description: 'Finds an order in the warehouse database of Acme.',
      parameters: { type: 'object', properties: { number: { description: 'As printed on the yellow label below.' } } },
    },
  ],
  turnDetection: 'auto',
  inputSampleRateHz: 24_000,
  outputSampleRateHz: 24_000,
  continuation: {
    history: [
      { type: 'message', role: 'user', text: 'My number is four four five, in Leeds.' },
      { type: 'tool-result', callId: 'c1', output: '{"customer":"Jane Doe","street":"Elm Street 5"}' },
    ],
  },
};

const failure = (message: string, more: Partial<ProviderErrorEvent> = {}): ProviderErrorEvent => ({
  type: 'provider-error',
  code: 'PROVIDER_ERROR',
  message,
  fatal: false,
  retryable: false,
  ...more,
});

function createWords() {
  const clock = new FakeClock();
  return { clock, words: new VendorWords({ config, credentials: ['key-0123456789'], clock }) };
}

test.each([
  'You work for Acme, and never say that the March offer is a mistake',
  'welcome to acme, where every day is a bargain day',
  'Finds an order in the warehouse database of Acme',
  'As printed on the yellow label below',
  'My number is four four five, in Leeds',
  '{\\"customer\\":\\"Jane Doe\\",\\"street\\":\\"Elm Street 5',
])('[LM1] [ER6] what a vendor quotes of its session is cut out: %s', (quote) => {
  const { words } = createWords();
  const event = failure(`Invalid value (key-0123456789): '${quote}'.`, { providerCode: quote });
  const { message, providerCode } = words.clean(event);
  expect(message.replaceAll(/\{\\"|\\"/g, '')).toBe("Invalid value ([redacted]): '[redacted]'.");
  expect(providerCode?.replaceAll(/\{\\"|\\"/g, '')).toBe('[redacted]');
});

test.each([
  'key-0123456789',
  'sk-proj-abcdef123456',
  'sk-ab****************wxyz',
  'ek_6812345',
  'sess_abcdef12',
  'rk-live-012345',
  'pk_test_012345',
  'xai-AbCdEf123456',
  'AIzaSyMadeUp_0123456789',
  'AQ.made-up-01',
  'ya29.token-abc',
  'sk_speko_0123456789abcdef',
])('[LM1] [ER6] a key is left out of what a vendor says, its own words stay: %s', (key) => {
  const { words } = createWords();
  const event = failure(`Incorrect API key provided: ${key}. See the console.`, { providerCode: `bad:${key}` });
  expect(words.clean(event)).toMatchObject({
    message: 'Incorrect API key provided: [redacted]. See the console.',
    providerCode: 'bad:[redacted]',
  });
});

test.each([
  ['wss://host/x?key=plain&access_token=other', 'wss://host/x?key=[redacted]&access_token=[redacted]'],
  ['Authorization: Bearer abc.def/ghi=', 'Authorization: Bearer [redacted]'],
])('[LM1] [ER6] so is one that only its place tells: %s', (text, expected) => {
  expect(createWords().words.clean(failure(text)).message).toBe(expected);
});

test.each([
  ['Wrong key: key-0123456789', 'Wrong key: [redacted]'],
  ['Wrong key: key-01234567', 'Wrong key: [redacted]'],
  ['Wrong key: key-0123', 'Wrong key: [redacted]'],
  ['Wrong key: key-012', 'Wrong key: key-012'],
  ['Wrong key: key-0123 is odd', 'Wrong key: key-0123 is odd'],
])('[LM1] [ER6] a key that was cut at the end of a message is left out too: %s', (text, expected) => {
  expect(createWords().words.clean(failure(text)).message).toBe(expected);
});

test('[ER6] words that only begin like a key stay', () => {
  const text = 'The task-list of session ses_01kg9wxn00 for grok-voice-latest has a risk-free sk- in it.';
  expect(createWords().words.clean(failure(text)).message).toBe(text);
});

test('[LM1] [ER6] what was typed and what tools returned is cut out too', () => {
  const { words } = createWords();
  words.told({ type: 'text-append', text: 'The password of my house is swordfish.' });
  words.told({ type: 'tool-result', callId: 'c1', output: '{"balance":"1,204 euros and 7 cents"}' });
  expect(words.clean(failure('Refused: The password of my house is swordfish.')).message).toBe('Refused: [redacted].');
  expect(words.clean(failure('Refused: balance: 1,204 euros and 7 cents')).message).toBe('Refused: [redacted]');
});

test('[ER6] long messages are cut, and a key at the cut does not come through', () => {
  const { words } = createWords();
  expect(words.clean(failure('x'.repeat(2_000_000))).message).toHaveLength(1000);
  expect(words.clean(failure('No', { providerCode: 'c'.repeat(5000) })).providerCode).toHaveLength(100);
  const text = Array.from({ length: 8180 }, (_, index) => String.fromCharCode(97 + ((index * index) % 26))).join('');
  words.told({ type: 'text-append', text });
  expect(words.clean(failure(`${text} key-0123456789`)).message).toBe('[redacted] …');
});

test('[ER6] errors that come faster than they can be read lose their words, and the last one keeps them', () => {
  const { clock, words } = createWords();
  const messages = Array.from({ length: 25 }, () => words.clean(failure('Bad item.')).message);
  expect(messages.filter((message) => message === 'Bad item.')).toHaveLength(11);
  expect(messages.at(-1)).toBe('It reports more errors than can be read; the words of this one are left out.');
  expect(words.clean(failure('Gone.', { fatal: true })).message).toBe('Gone.');
  clock.advance(3000);
  expect(words.clean(failure('Bad item.')).message).toBe('Bad item.');
});
