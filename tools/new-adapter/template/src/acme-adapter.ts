import type { DialedAdapter, DialPlan, SessionConfig } from '@speko/adapter';
import { webSocketBase } from '@speko/adapter-kit';
import { CAPABILITIES } from './acme-capabilities.ts';
import { AcmeCodec } from './acme-codec.ts';
import { type AcmeOptions, parseAcmeOptions } from './acme-options.ts';

/** The adapter for Acme. */
export function createAcme(): DialedAdapter<AcmeOptions> {
  return {
    kind: 'dialed',
    id: 'acme',
    displayName: 'Acme',
    capabilities: CAPABILITIES,
    // Step 2: a model of the vendor, for examples and for `doctor`.
    exampleModel: 'acme-1',
    parseOptions: parseAcmeOptions,
    plan,
    createCodec: (config) => new AcmeCodec(config),
  };
}

// Step 5: where and how to dial. The URL is logged, so no credential is in it.
function plan({ model }: SessionConfig, { apiKey, baseUrl, headers }: AcmeOptions): DialPlan {
  return {
    url: `${webSocketBase(baseUrl)}/realtime?model=${encodeURIComponent(model)}`,
    headers: { authorization: `Bearer ${apiKey}`, ...headers },
    protocols: [],
    audio: { inputSampleRateHz: 24_000, outputSampleRateHz: 24_000 },
    handshakeTimeoutMs: 10_000,
    readyTimeoutMs: 15_000,
    maxMessageBytes: 16 * 1024 * 1024,
    keepAlive: { pingIntervalMs: 20_000, maxMissedPongs: 2 },
  };
}
