import type { TokenUsage } from '@speko/adapter';
import type { z } from 'zod';
import { usageMetadataSchema } from '../google-wire.ts';

type Details = z.output<typeof usageMetadataSchema>['promptTokensDetails'];

/** Reads `usageMetadata` by either API's names. Never throws; `undefined` for what is no usage at all. */
export function readUsage(value: unknown): TokenUsage | undefined {
  const parsed = usageMetadataSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const output = data.responseTokenCount ?? data.candidatesTokenCount;
  const outputDetails = data.responseTokensDetails ?? data.candidatesTokensDetails;
  return {
    inputAudioTokens: sum(data.promptTokensDetails, 'AUDIO') + sum(data.toolUsePromptTokensDetails, 'AUDIO'),
    // Without details, what was said is audio and what was read is text.
    // What tools of the vendor bring in is billed as input, and counted apart.
    inputTextTokens:
      textTokens(data.promptTokensDetails, data.promptTokenCount) +
      textTokens(data.toolUsePromptTokensDetails, data.toolUsePromptTokenCount),
    outputAudioTokens: hasAny(outputDetails) ? sum(outputDetails, 'AUDIO') : tokens(output),
    // Thoughts are billed as output and are in no total.
    outputTextTokens: sum(outputDetails, 'TEXT') + tokens(data.thoughtsTokenCount),
    cachedTokens: tokens(data.cachedContentTokenCount),
  };
}

function textTokens(details: Details, total: number | undefined): number {
  return hasAny(details) ? sum(details, 'TEXT') : tokens(total);
}

function hasAny(details: Details): boolean {
  return details !== undefined && details.length > 0;
}

function sum(details: Details, modality: string): number {
  return (details ?? []).reduce((total, each) => total + (each.modality === modality ? tokens(each.tokenCount) : 0), 0);
}

function tokens(count: number | undefined): number {
  return count !== undefined && Number.isFinite(count) && count > 0 ? count : 0;
}
