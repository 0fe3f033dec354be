import type { SimulatedUsage, SimulatedVertexUsage } from './server-messages.ts';
import type { SimulatedConversation } from './simulated-memory.ts';
import type { SimulatedFault } from './simulator-faults.ts';

/** Of audio, both ways. */
export const TOKENS_PER_SECOND = 25;
/** Overhead that every turn is charged, in tokens. */
const PREAMBLE_TOKENS = 310;

/** About one token per four characters. */
export function textTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** The usage of a turn: the whole conversation goes in again with every one of them. */
export function countUsage(
  { textTokens: text, audioTokens: audio }: SimulatedConversation,
  replyAudioMs: number,
  faults: ReadonlySet<SimulatedFault>,
): SimulatedUsage | SimulatedVertexUsage {
  const output = Math.ceil((replyAudioMs / 1000) * TOKENS_PER_SECOND);
  const prompt = PREAMBLE_TOKENS + text + audio;
  const counts = { promptTokenCount: prompt, totalTokenCount: prompt + output };
  // The details fall short of the count, as they do on the real service.
  const promptTokensDetails = [
    { modality: 'TEXT', tokenCount: PREAMBLE_TOKENS + text - 30 } as const,
    { modality: 'AUDIO', tokenCount: audio } as const,
  ];
  const outputDetails = [{ modality: 'AUDIO', tokenCount: output } as const];
  if (faults.has('usage-vertex')) {
    return { ...counts, candidatesTokenCount: output, promptTokensDetails, candidatesTokensDetails: outputDetails };
  }
  if (faults.has('usage-plain')) return { ...counts, responseTokenCount: output };
  return { ...counts, responseTokenCount: output, promptTokensDetails, responseTokensDetails: outputDetails };
}
