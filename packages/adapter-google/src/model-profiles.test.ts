import { expect, test } from 'vitest';
import { modelId, profileOfModel } from './model-profiles.ts';

test.each([
  ['gemini-3.8-live', '3.8'],
  ['models/gemini-3.8-live', '3.8'],
  ['projects/p/locations/global/publishers/google/models/Gemini-3.8-Live', '3.8'],
  ['gemini-3.8-live-extended-thinking', '3.8-extended-thinking'],
  ['gemini-3.1-flash-live-preview', '3.1'],
  ['gemini-2.5-flash-native-audio-preview-12-2025', '2.5-native-audio'],
  ['gemini-live-2.5-flash-native-audio', '2.5-native-audio'],
  ['gemini-live-2.5-flash', '2.5-half-cascade'],
  ['gemini-9-live', '3.8'],
])('[GEM4] %s is of the generation %s', (model, name) => {
  expect(profileOfModel(model).name).toBe(name);
});

test('[GEM4] the operator has the last word', () => {
  expect(profileOfModel('gemini-3.8-live', '2.5-native-audio').name).toBe('2.5-native-audio');
});

test('[GEM4] a path is no part of the id', () => {
  expect(modelId('models/gemini-3.8-live')).toBe('gemini-3.8-live');
  expect(modelId('gemini-3.8-live')).toBe('gemini-3.8-live');
});
