import type { ProviderInfo } from '@speko/protocol/lean';
import { describe, expect, test } from 'vitest';
import { chooseProvider, withProvider } from './choose-provider.ts';
import { DEFAULT_SETTINGS, parseSettings } from './settings.ts';
import { toSessionRequest } from './to-session-request.ts';

describe('what was kept', () => {
  test('of a first visit are the defaults: a call with echo', () => {
    expect(parseSettings(null)).toEqual(DEFAULT_SETTINGS);
    expect(DEFAULT_SETTINGS).toMatchObject({ provider: 'echo', model: 'echo', turnTaking: 'auto', tools: false });
  });

  test('is read back as it was', () => {
    const settings = { ...DEFAULT_SETTINGS, provider: 'xai', volume: 0.4, turnTaking: 'hold', theme: 'dark' } as const;
    expect(parseSettings(JSON.stringify(settings))).toEqual(settings);
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[1]'],
    ['null', 'null'],
    ['wrong types', '{"provider":7,"tools":"yes","volume":"1"}'],
    ['unknown choices', '{"turnTaking":"guess","theme":"pink"}'],
    ['a volume out of range', '{"volume":2}'],
    ['settings the page does not have', '{"nonsense":true}'],
  ])('that is %s falls back to the defaults', (_, text) => {
    expect(parseSettings(text)).toEqual(DEFAULT_SETTINGS);
  });
});

describe('the provider', () => {
  const provider = (id: string, configured: boolean): ProviderInfo => ({
    id,
    configured,
    missingSetting: configured ? null : 'KEY',
    capabilities: {} as ProviderInfo['capabilities'],
    models: [`${id}-1`, `${id}-2`],
  });

  test('stays the chosen one while calls can be held with it', () => {
    const settings = { ...DEFAULT_SETTINGS, provider: 'openai', model: 'my-own' };
    expect(chooseProvider(settings, [provider('echo', true), provider('openai', true)])).toBe(settings);
  });

  test.each([
    [
      'echo, where it is there',
      [provider('openai', true), provider('echo', true), provider('xai', false)],
      'echo',
      'echo-1',
    ],
    ['else the first that is ready', [provider('xai', false), provider('openai', true)], 'openai', 'openai-1'],
  ])('that is not ready gives way to %s', (_, providers, id, model) => {
    expect(chooseProvider({ ...DEFAULT_SETTINGS, provider: 'xai' }, providers)).toMatchObject({ provider: id, model });
  });

  test('stays where none is ready', () => {
    expect(chooseProvider(DEFAULT_SETTINGS, [provider('echo', false)])).toBe(DEFAULT_SETTINGS);
  });

  test('brings its own model, and no voice of the one before', () => {
    expect(withProvider({ ...DEFAULT_SETTINGS, voice: 'marin' }, provider('openai', true))).toMatchObject({
      provider: 'openai',
      model: 'openai-1',
      voice: '',
    });
  });
});

describe('the request for a session', () => {
  test('leaves out what was left empty', () => {
    expect(toSessionRequest(DEFAULT_SETTINGS, [])).toEqual({
      mode: 's2s',
      s2s: {
        provider: 'echo',
        model: 'echo',
        inputSampleRate: 24_000,
        outputSampleRate: 24_000,
        turnDetection: 'auto',
      },
    });
  });

  test('says everything that was chosen', () => {
    const tool = { name: 'get_time', description: 'Tells the time.', parameters: { type: 'object' } };
    const settings = {
      ...DEFAULT_SETTINGS,
      provider: 'openai',
      model: ' gpt-realtime-2.1 ',
      voice: 'marin',
      systemPrompt: 'You are brief.',
      firstMessage: 'Hello.',
      temperature: '0.6',
      turnTaking: 'toggle',
    } as const;
    expect(toSessionRequest(settings, [tool])).toEqual({
      mode: 's2s',
      s2s: {
        provider: 'openai',
        model: 'gpt-realtime-2.1',
        voice: 'marin',
        systemPrompt: 'You are brief.',
        temperature: 0.6,
        inputSampleRate: 24_000,
        outputSampleRate: 24_000,
        turnDetection: 'manual',
        tools: [tool],
      },
      firstMessage: 'Hello.',
    });
  });
});
