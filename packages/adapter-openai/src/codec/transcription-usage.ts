import type { TokenUsage } from '@speko/adapter';
import { lenient } from '@speko/adapter-kit';
import { z } from 'zod';

const count = lenient(z.number().nonnegative());

const usageSchema = z.looseObject({
  type: lenient(z.string()),
  input_tokens: count,
  output_tokens: count,
  input_token_details: lenient(z.looseObject({ text_tokens: count, audio_tokens: count })),
});

/**
 * The tokens of transcribing a turn of the user, which the vendor bills apart: sound and a prompt in, text out.
 *
 * @returns `undefined` where they are not counted, such as by models that are billed by the second.
 */
export function readTranscriptionUsage(usage: unknown): TokenUsage | undefined {
  const parsed = usageSchema.safeParse(usage);
  if (!parsed.success || parsed.data.type === 'duration') return undefined;
  const { input_tokens: input, output_tokens: output, input_token_details: details } = parsed.data;
  if (input === undefined && output === undefined && details === undefined) return undefined;
  const inputTextTokens = details?.text_tokens ?? 0;
  return {
    inputAudioTokens: details?.audio_tokens ?? Math.max(0, (input ?? 0) - inputTextTokens),
    outputAudioTokens: 0,
    inputTextTokens,
    outputTextTokens: output ?? 0,
    cachedTokens: 0,
  };
}
