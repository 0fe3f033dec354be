import type { CreateSessionRequestInput, ToolDefinition } from '@speko/protocol/lean';
import { SAMPLE_RATE } from '../journal/recording.ts';
import type { Settings } from './settings.ts';

/** Body of `POST /v1/sessions` for these settings; what was left empty is left out. */
export function toSessionRequest(settings: Settings, tools: readonly ToolDefinition[]): CreateSessionRequestInput {
  const { provider, model, voice, systemPrompt, firstMessage, temperature, turnTaking } = settings;
  return {
    mode: 's2s',
    s2s: {
      provider,
      model: model.trim(),
      inputSampleRate: SAMPLE_RATE,
      outputSampleRate: SAMPLE_RATE,
      turnDetection: turnTaking === 'auto' ? 'auto' : 'manual',
      ...(voice.trim() && { voice: voice.trim() }),
      ...(systemPrompt.trim() && { systemPrompt: systemPrompt.trim() }),
      ...(temperature.trim() && { temperature: Number(temperature) }),
      ...(tools.length > 0 && { tools: [...tools] }),
    },
    ...(firstMessage.trim() && { firstMessage: firstMessage.trim() }),
  };
}
