import type { DialPlan, SessionConfig } from '@speko/adapter';
import { webSocketBase } from '@speko/adapter-kit';
import type { AcmeOptions } from './acme-options.ts';

/** Where and how to dial. The URL is logged, so no credential is in it. */
// Step 5: the vendor's address, and how it takes the key.
export function planAcmeDial({ model }: SessionConfig, { apiKey, baseUrl, headers }: AcmeOptions): DialPlan {
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
