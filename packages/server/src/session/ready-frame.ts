import type { AdapterCapabilities, SessionReadyEvent } from '@speko/adapter';
import { LIMITS, type ServerFrame } from '@speko/protocol';
import type { PreparedSession } from './live-sessions.ts';

/** The frame for a client whose provider is ready. */
export function readyFrame(
  { provider, config, ignored }: PreparedSession,
  capabilities: AdapterCapabilities,
  event: SessionReadyEvent,
): ServerFrame {
  const { reasons: _reasons, ...flags } = capabilities;
  return {
    t: 'ready',
    inputSampleRate: config.inputSampleRateHz,
    outputSampleRate: config.outputSampleRateHz,
    provider: provider.adapter.id,
    // A provider's word, which is no longer than what may be asked for.
    model: event.model?.slice(0, LIMITS.modelChars).toWellFormed() ?? config.model,
    capabilities: flags,
    ignored: [...ignored, ...event.ignored],
  };
}
