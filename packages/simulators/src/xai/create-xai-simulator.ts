import type { ProviderSimulator } from '@speko/simulator-kit';
import { ConversationCache } from './conversation-cache.ts';
import { refusalOf } from './simulator-faults.ts';
import { fillInDefaults, type XaiSimulatorOptions } from './simulator-options.ts';
import { XaiConnection } from './xai-connection.ts';

/**
 * A simulated xAI Grok Voice service, without a model behind it: as lenient, and as odd, as the real one is.
 *
 * The key and the model of a connection choose what goes wrong in it, so that clients can be tried without touching the
 * simulator. Keys: none is refused with 401, one that contains `invalid` with 400, one that contains `no-credit` with 402,
 * and `http-<status>` with that status. Models: an unknown one is replaced silently, and `fault-<name>` brings about one
 * of {@link SIMULATED_FAULTS}.
 *
 * Deterministic: the same messages at the same times are answered with the same messages. Conversations are kept across
 * the connections of one simulator, so that they can be resumed.
 */
export function createXaiSimulator(options: XaiSimulatorOptions = {}): ProviderSimulator {
  const settings = fillInDefaults(options);
  const cache = new ConversationCache();
  return {
    id: 'xai',
    upgrade(request) {
      const refusal = refusalOf(request, options.refuseWithStatus);
      if (refusal !== undefined) return refusal;
      const secret = request.protocols.find((protocol) => protocol.startsWith('xai-client-secret.'));
      const protocol = secret ?? (request.protocols.includes('realtime') ? 'realtime' : undefined);
      return { type: 'accept', ...(protocol === undefined ? {} : { protocol }) };
    },
    connect: (request, nowMs) => new XaiConnection({ request, settings, cache, nowMs }),
  };
}
