import { expect, test } from 'vitest';
import { readUsage } from './read-usage.ts';

const AUDIO_50 = [{ modality: 'AUDIO', tokenCount: 50 }];

test.each([
  [
    {
      promptTokenCount: 610,
      cachedContentTokenCount: 90,
      responseTokenCount: 50,
      thoughtsTokenCount: 120,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 380 },
        { modality: 'AUDIO', tokenCount: 200 },
      ],
      responseTokensDetails: AUDIO_50,
    },
    [200, 50, 380, 120, 90],
  ],
  [{ promptTokenCount: 9, candidatesTokenCount: 50, candidatesTokensDetails: AUDIO_50 }, [0, 50, 9, 0, 0]],
  [{ promptTokenCount: 9, responseTokenCount: 50 }, [0, 50, 9, 0, 0]],
  [{ responseTokenCount: 50, responseTokensDetails: [{ modality: 'TEXT', tokenCount: 50 }] }, [0, 0, 0, 50, 0]],
  [
    {
      promptTokenCount: 9,
      responseTokenCount: 50,
      toolUsePromptTokenCount: 30,
      toolUsePromptTokensDetails: [
        { modality: 'TEXT', tokenCount: 20 },
        { modality: 'AUDIO', tokenCount: 10 },
      ],
    },
    [10, 50, 29, 0, 0],
  ],
  [{ promptTokenCount: 9, responseTokenCount: 50, toolUsePromptTokenCount: 30 }, [0, 50, 39, 0, 0]],
  [{ promptTokenCount: -1, responseTokenCount: 'x', promptTokensDetails: 'y' }, [0, 0, 0, 0, 0]],
  [{}, [0, 0, 0, 0, 0]],
])('[GEM26] %j', (value, [inputAudioTokens, outputAudioTokens, inputTextTokens, outputTextTokens, cachedTokens]) => {
  expect(readUsage(value)).toEqual({
    inputAudioTokens,
    outputAudioTokens,
    inputTextTokens,
    outputTextTokens,
    cachedTokens,
  });
});

test('[GEM26] what is no usage is none', () => {
  expect(readUsage(undefined)).toBeUndefined();
  expect(readUsage('free')).toBeUndefined();
});
