import type { SessionFrame } from '@speko/client-browser';

/** Tokens of all answers of a call together. */
export interface TokenSums {
  readonly inputAudio: number;
  readonly inputText: number;
  /** Those of the input that the provider had read before. */
  readonly cached: number;
  readonly outputAudio: number;
  readonly outputText: number;
}

/** Adds one answer's usage; a kind that the provider does not report counts as none. */
export function addTokens(sums: TokenSums | undefined, usage: Extract<SessionFrame, { type: 'usage' }>): TokenSums {
  return {
    inputAudio: (sums?.inputAudio ?? 0) + usage.inputAudioTokens,
    inputText: (sums?.inputText ?? 0) + (usage.inputTextTokens ?? 0),
    cached: (sums?.cached ?? 0) + (usage.cachedTokens ?? 0),
    outputAudio: (sums?.outputAudio ?? 0) + usage.outputAudioTokens,
    outputText: (sums?.outputText ?? 0) + (usage.outputTextTokens ?? 0),
  };
}
