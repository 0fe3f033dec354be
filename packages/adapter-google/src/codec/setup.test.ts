import type { SessionConfig } from '@speko/adapter';
import { describe, expect, test } from 'vitest';
import { MODELS, PLAIN } from '../__fixtures__/start-codec.ts';
import { type GoogleOptionsInput, parseGoogleOptions } from '../google-options.ts';
import { profileOfModel } from '../model-profiles.ts';
import { buildSetup } from './setup.ts';

const TOOL = {
  name: 'repair_status',
  description: 'State of one repair order',
  parameters: { type: 'object', properties: { order: { type: 'string' } }, required: ['order'] },
};
const MAP = { type: 'object', properties: { labels: { type: 'object', additionalProperties: { type: 'string' } } } };

function setup(config: Partial<SessionConfig> = {}, options: Partial<GoogleOptionsInput> = {}) {
  const session = { ...PLAIN, ...config };
  const parsed = parseGoogleOptions(options.vertex === undefined ? { apiKey: 'k', ...options } : options);
  return buildSetup(session, parsed, profileOfModel(session.model));
}

test('[GEM5] a plain session', () => {
  expect(setup()).toEqual({
    model: 'models/gemini-3.8-live',
    generationConfig: { responseModalities: ['AUDIO'] },
    realtimeInputConfig: {
      automaticActivityDetection: { prefixPaddingMs: 200, silenceDurationMs: 600 },
      activityHandling: 'START_OF_ACTIVITY_INTERRUPTS',
    },
    inputAudioTranscription: {},
    outputAudioTranscription: {},
    sessionResumption: {},
    contextWindowCompression: { triggerTokens: '64000', slidingWindow: { targetTokens: '32000' } },
  });
});

test('[GEM5] everything a session can ask for', () => {
  const config = { systemPrompt: 'Be brief.', temperature: 0.8, voice: 'Kore', tools: [TOOL] };
  expect(setup(config, { maxOutputTokens: 500, contextCompression: false })).toEqual({
    model: 'models/gemini-3.8-live',
    generationConfig: {
      responseModalities: ['AUDIO'],
      temperature: 0.8,
      maxOutputTokens: 500,
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
    },
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    tools: [
      {
        functionDeclarations: [
          {
            name: 'repair_status',
            description: 'State of one repair order',
            behavior: 'NON_BLOCKING',
            parameters: { type: 'OBJECT', properties: { order: { type: 'STRING' } }, required: ['order'] },
          },
        ],
      },
    ],
    realtimeInputConfig: {
      automaticActivityDetection: { prefixPaddingMs: 200, silenceDurationMs: 600 },
      activityHandling: 'START_OF_ACTIVITY_INTERRUPTS',
    },
    inputAudioTranscription: {},
    outputAudioTranscription: {},
    sessionResumption: {},
  });
});

test('[GEM5] turns ended by hand', () => {
  expect(setup({ turnDetection: 'manual' }).realtimeInputConfig).toEqual({
    automaticActivityDetection: { disabled: true },
    turnCoverage: 'TURN_INCLUDES_ALL_INPUT',
  });
});

test('[GEM5] the detector as the operator wants it', () => {
  const turnDetection = {
    silenceDurationMs: 300,
    prefixPaddingMs: 0,
    startSensitivity: 'low',
    endSensitivity: 'high',
    bargeIn: false,
  } as const;
  expect(setup({}, { turnDetection }).realtimeInputConfig).toEqual({
    automaticActivityDetection: {
      startOfSpeechSensitivity: 'START_SENSITIVITY_LOW',
      endOfSpeechSensitivity: 'END_SENSITIVITY_HIGH',
      prefixPaddingMs: 0,
      silenceDurationMs: 300,
    },
    activityHandling: 'NO_INTERRUPTION',
  });
});

test('[GEM5] a voice of the operator, unless the session names one', () => {
  const voice = (config: Partial<SessionConfig>) =>
    setup(config, { defaultVoice: 'Puck' }).generationConfig.speechConfig?.voiceConfig.prebuiltVoiceConfig.voiceName;
  expect(voice({})).toBe('Puck');
  expect(voice({ voice: 'Kore' })).toBe('Kore');
});

describe('what depends on the generation', () => {
  test.each([
    [MODELS['3.8'], {}, undefined],
    [MODELS['3.8'], { thinkingLevel: 'high', thinkingBudget: 5 }, undefined],
    [MODELS['3.8-extended-thinking'], {}, { thinkingLevel: 'LOW' }],
    [MODELS['3.8-extended-thinking'], { thinkingLevel: 'minimal' }, { thinkingLevel: 'LOW' }],
    [MODELS['3.8-extended-thinking'], { thinkingLevel: 'high' }, { thinkingLevel: 'HIGH' }],
    [MODELS['3.1'], {}, undefined],
    [MODELS['3.1'], { thinkingLevel: 'minimal' }, { thinkingLevel: 'MINIMAL' }],
    [MODELS['2.5-native-audio'], { thinkingLevel: 'high' }, undefined],
    [MODELS['2.5-native-audio'], { thinkingBudget: 0 }, { thinkingBudget: 0 }],
    [MODELS['2.5-half-cascade'], { thinkingBudget: 5 }, undefined],
  ] as const)('[GEM5] thinking of %s with %j is %j', (model, options, expected) => {
    expect(setup({ model }, options).generationConfig.thinkingConfig).toEqual(expected);
  });

  const vertex = { project: 'p', accessToken: 't' };

  test.each([
    [MODELS['3.8'], 'NON_BLOCKING', 'NON_BLOCKING'],
    [MODELS['3.8-extended-thinking'], undefined, undefined],
    [MODELS['3.1'], undefined, undefined],
    [MODELS['2.5-native-audio'], 'BLOCKING', undefined],
    [MODELS['2.5-half-cascade'], undefined, undefined],
  ])('[GEM59] tools of %s are %s, on Vertex AI %s', (model, developer, onVertex) => {
    const config = { model, tools: [TOOL] };
    expect(setup(config).tools?.[0]?.functionDeclarations[0]?.behavior).toBe(developer);
    expect(setup(config, { vertex }).tools?.[0]?.functionDeclarations[0]?.behavior).toBe(onVertex);
  });

  test.each([
    [MODELS['3.8'], 'blocking', 'BLOCKING', 'BLOCKING'],
    [MODELS['3.8'], 'background', 'NON_BLOCKING', 'NON_BLOCKING'],
    [MODELS['2.5-native-audio'], 'background', 'NON_BLOCKING', undefined],
    [MODELS['3.1'], 'background', undefined, undefined],
    [MODELS['3.8-extended-thinking'], 'blocking', undefined, undefined],
  ] as const)(
    '[GEM59] tools of %s are %s by choice: %s, on Vertex AI %s',
    (model, toolBehavior, developer, onVertex) => {
      const config = { model, tools: [TOOL] };
      expect(setup(config, { toolBehavior }).tools?.[0]?.functionDeclarations[0]?.behavior).toBe(developer);
      expect(setup(config, { toolBehavior, vertex }).tools?.[0]?.functionDeclarations[0]?.behavior).toBe(onVertex);
    },
  );

  const labels = { type: 'OBJECT', description: 'Also, in JSON Schema: {"additionalProperties":{"type":"string"}}' };
  const SUBSET = { type: 'OBJECT', properties: { labels } };

  test.each([
    [MODELS['3.8'], { behavior: 'NON_BLOCKING', parametersJsonSchema: MAP }],
    [MODELS['3.1'], { parametersJsonSchema: MAP }],
    [MODELS['2.5-native-audio'], { behavior: 'BLOCKING', parameters: SUBSET }],
  ])('[GEM6] to %s what Google’s subset cannot say is sent as %j', (model, expected) => {
    const { name, description } = TOOL;
    expect(setup({ model, tools: [{ name, description, parameters: MAP }] }).tools?.[0]?.functionDeclarations).toEqual([
      { name, description, ...expected },
    ]);
  });
});

test('[GEM6] a function without parameters is declared without', () => {
  const tools = [{ name: 'clock', description: 'Tells the time.', parameters: { type: 'object', properties: {} } }];
  expect(setup({ tools }).tools?.[0]?.functionDeclarations).toEqual([
    { name: 'clock', description: 'Tells the time.', behavior: 'NON_BLOCKING' },
  ]);
});

test('[GEM6] what goes up as JSON Schema refers to nothing that is not there', () => {
  const parameters = {
    type: 'object',
    properties: {
      there: { $ref: '#/$defs/labels' },
      gone: { $ref: '#/$defs/gone' },
      away: { description: 'A place.', $ref: 'https://example.com/place.json' },
    },
    $defs: { labels: MAP },
  };
  const tools = [{ name: 'mark', description: 'Marks.', parameters }];
  expect(setup({ tools }).tools?.[0]?.functionDeclarations[0]?.parametersJsonSchema).toEqual({
    type: 'object',
    properties: {
      there: { $ref: '#/$defs/labels' },
      gone: { description: 'Nested like gone.' },
      away: { description: 'A place. Nested like place.json.' },
    },
    $defs: { labels: MAP },
  });
});
