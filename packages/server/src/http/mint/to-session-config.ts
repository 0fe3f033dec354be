import type { SessionConfig } from '@speko/adapter';
import type { CreateSessionRequest } from '@speko/protocol';

/** A validated request as adapters see it. */
export function toSessionConfig(sessionId: string, request: CreateSessionRequest): SessionConfig {
  const { s2s, firstMessage } = request;
  return {
    sessionId,
    model: s2s.model,
    ...(s2s.voice !== undefined && { voice: s2s.voice }),
    ...(s2s.systemPrompt !== undefined && { systemPrompt: s2s.systemPrompt }),
    ...(s2s.temperature !== undefined && { temperature: s2s.temperature }),
    tools: s2s.tools,
    turnDetection: s2s.turnDetection,
    // An empty one is the same as none.
    ...(firstMessage !== undefined && firstMessage !== '' && { firstMessage }),
    inputSampleRateHz: s2s.inputSampleRate,
    outputSampleRateHz: s2s.outputSampleRate,
  };
}
