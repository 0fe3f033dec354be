import type { ProviderSimulator } from '@speko/simulator-kit';
import { GoogleConnection } from './google-connection.ts';
import { SimulatedMemory } from './simulated-memory.ts';
import type { SimulatedAddress } from './simulated-setup.ts';
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
      return addressOf(request.url) === undefined ? refuse(404) : { type: 'accept' };
    },
    connect: (request) =>
      new GoogleConnection({
        settings,
        memory,
        credential: credentialOf(request) ?? '',
        address: addressOf(request.url) ?? { isVertex: false, apiVersion: 'v1beta' },
      }),
  };
}

function addressOf(url: string): SimulatedAddress | undefined {
  const path = url.split('?', 1)[0] ?? '';
  const vertexVersion = VERTEX_PATH.exec(path)?.[1];
  const apiVersion = vertexVersion ?? DEVELOPER_PATH.exec(path)?.[1];
  return apiVersion === undefined ? undefined : { isVertex: vertexVersion !== undefined, apiVersion };
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
