import type { TokenUsage } from '@speko/adapter';
import { z } from 'zod';
import { lenient } from '../wire-fields.ts';

const count = lenient(z.number().nonnegative());

/** `usage` of a `response.done`: looser than it is documented, since vendors omit parts or send nulls. */
const realtimeUsageSchema = z.looseObject({
  input_tokens: count,
  output_tokens: count,
  input_token_details: lenient(z.looseObject({ text_tokens: count, audio_tokens: count, cached_tokens: count })),
  output_token_details: lenient(z.looseObject({ text_tokens: count, audio_tokens: count })),
});

/**
 * Token counts of one response of the OpenAI Realtime dialect.
 *
 * @param usage - What the vendor sent as `usage`, unchecked.
 * @returns `undefined` when it holds no count at all, such as `null` or `{}`.
 */
export function readRealtimeUsage(usage: unknown): TokenUsage | undefined {
  const parsed = realtimeUsageSchema.safeParse(usage);
  if (!parsed.success) return undefined;
  const { input_tokens, output_tokens, input_token_details: input, output_token_details: output } = parsed.data;
  if ([input_tokens, output_tokens, input, output].every((part) => part === undefined)) return undefined;
  return {
    inputAudioTokens: input?.audio_tokens ?? 0,
    outputAudioTokens: output?.audio_tokens ?? 0,
    inputTextTokens: input?.text_tokens ?? 0,
    outputTextTokens: output?.text_tokens ?? 0,
    cachedTokens: input?.cached_tokens ?? 0,
  };
}
