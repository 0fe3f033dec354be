import type { SimulatedUsage } from './server-events.ts';
import type { ConversationEntry } from './simulated-conversation.ts';

type InputUsage = Pick<SimulatedUsage, 'input_tokens' | 'input_token_details'>;

/**
 * Tokens of a conversation as input of a response: all of it counts again for each one, and what the last one had
 * counted comes from the cache. User audio is a token per 100 ms, text one per four characters.
 */
export function countInputTokens(
  entries: readonly ConversationEntry[],
  instructions: string,
  previous: InputUsage | undefined,
): InputUsage {
  let audio = 0;
  let textLength = instructions.length;
  for (const { item, userAudio } of entries) {
    audio += Math.ceil((userAudio?.samples.length ?? 0) / 2400);
    if (item.type === 'function_call') textLength += item.arguments.length;
    else if (item.type === 'function_call_output') textLength += item.output.length;
    else textLength += item.content.reduce((length, part) => length + ('text' in part ? part.text.length : 0), 0);
  }
  const text = Math.ceil(textLength / 4);
  const cachedText = Math.min(text, previous?.input_token_details.text_tokens ?? 0);
  const cachedAudio = Math.min(audio, previous?.input_token_details.audio_tokens ?? 0);
  return {
    input_tokens: text + audio,
    input_token_details: {
      text_tokens: text,
      audio_tokens: audio,
      image_tokens: 0,
      cached_tokens: cachedText + cachedAudio,
      cached_tokens_details: { text_tokens: cachedText, audio_tokens: cachedAudio, image_tokens: 0 },
    },
  };
}
