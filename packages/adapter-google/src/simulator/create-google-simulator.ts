import type { ProviderSimulator } from '@speko/adapter-kit';
import { GoogleConnection } from './google-connection.ts';
import { SimulatedMemory } from './simulated-memory.ts';
import { credentialOf, refusedStatus } from './simulator-faults.ts';
import { fillInDefaults, type GoogleSimulatorOptions } from './simulator-options.ts';

const DEVELOPER_PATH =
  /^\/+ws\/google\.ai\.generativelanguage\.(v[\da-z]+)\.GenerativeService\.BidiGenerateContent(?:Constrained)?$/;
const VERTEX_PATH = /^\/+ws\/google\.cloud\.aiplatform\.(v[\da-z]+)\.LlmBidiService\/BidiGenerateContent$/;

/**
 * A simulated Gemini Live service, on both of its addresses: strict where the real one is, and without a model behind it.
 *
 * The key and the model of a connection choose what goes wrong in it, so that clients can be tried without touching the
 * simulator. Keys: one that contains `invalid` or `no-quota` is rejected after the setup, and `http-<status>` refuses the
 * upgrade itself. Models: one that contains `unknown` does not exist, and `fault-<name>` brings about one of
 * {@link SIMULATED_FAULTS}.
 *
 * Deterministic: the same messages at the same times are answered with the same messages.
 */
export function createGoogleSimulator(options: GoogleSimulatorOptions = {}): ProviderSimulator {
  const settings = fillInDefaults(options);
  const memory = new SimulatedMemory();
  return {
    id: 'google',
    upgrade(request) {
      const credential = credentialOf(request);
      const status = options.refuseWithStatus ?? (credential === undefined ? 401 : refusedStatus(credential));
      if (status !== undefined) return refuse(status);
      return versionOf(request.url) === undefined ? refuse(404) : { type: 'accept' };
    },
    connect: (request) =>
      new GoogleConnection({
        settings,
        memory,
        credential: credentialOf(request) ?? '',
        apiVersion: versionOf(request.url) ?? 'v1beta',
      }),
  };
}

function versionOf(url: string): string | undefined {
  const path = url.split('?', 1)[0] ?? '';
  return (DEVELOPER_PATH.exec(path) ?? VERTEX_PATH.exec(path))?.[1];
}

function refuse(status: number) {
  const names: Readonly<Record<number, string>> = {
    401: 'UNAUTHENTICATED',
    403: 'PERMISSION_DENIED',
    404: 'NOT_FOUND',
  };
  const message =
    status === 401
      ? 'Request is missing required authentication credential.'
      : `The simulator refuses with HTTP ${status}.`;
  const body = JSON.stringify({ error: { code: status, message, status: names[status] ?? 'UNAVAILABLE' } });
  return { type: 'refuse', status, body } as const;
}
