import type { ProviderSimulator } from '@speko/simulator-kit';
import { OpenAIConnection } from './openai-connection.ts';
import { keyOf, refusedStatus } from './simulator-faults.ts';
import { fillInDefaults, type OpenAISimulatorOptions } from './simulator-options.ts';

/**
 * A simulated OpenAI Realtime service: strict where the real one is, and without a model behind it.
 *
 * The key and the model of a connection choose what goes wrong in it, so that clients can be tried without touching the
 * simulator. Keys: one that contains `invalid`, `deactivated` or `no-credit` is rejected after the upgrade, and
 * `http-<status>` refuses the upgrade itself. Models: one that contains `unknown` does not exist, and `fault-<name>`
 * brings about one of {@link SIMULATED_FAULTS}.
 *
 * Deterministic: the same messages at the same times are answered with the same messages.
 */
export function createOpenAISimulator(options: OpenAISimulatorOptions = {}): ProviderSimulator {
  const settings = fillInDefaults(options);
  return {
    id: 'openai',
    upgrade(request) {
      const status = options.refuseWithStatus ?? refusedStatus(keyOf(request) ?? '');
      if (status !== undefined) return { type: 'refuse', status, body: refusalBody(status) };
      if (!pathOf(request.url).endsWith('/realtime')) {
        return { type: 'refuse', status: 404, body: refusalBody(404) };
      }
      return request.protocols.includes('realtime') ? { type: 'accept', protocol: 'realtime' } : { type: 'accept' };
    },
    connect: (request) => new OpenAIConnection(request, settings),
  };
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

function refusalBody(status: number): string {
  const error = {
    type: 'simulated_refusal',
    code: null,
    message: `The simulator refuses with HTTP ${status}.`,
    param: null,
  };
  return JSON.stringify({ error });
}
