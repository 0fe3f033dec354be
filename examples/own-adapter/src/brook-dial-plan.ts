import { AdapterError, type DialPlan, type SessionConfig } from '@speko/adapter';
import { webSocketBase } from '@speko/adapter-kit';
import type { BrookOptions } from './brook-options.ts';
import { VOICES } from './brook-wire.ts';

/** Where and how to dial; a voice that Brook does not have is refused here. */
export function planBrookDial({ model, voice }: SessionConfig, { apiKey, baseUrl, headers }: BrookOptions): DialPlan {
  if (voice !== undefined && !VOICES.some((known) => known === voice)) {
    const message = `Brook Voice has no voice called ${JSON.stringify(voice)}. Choose one of ${VOICES.join(', ')}.`;
    throw new AdapterError({ code: 'BAD_OPTIONS', message });
  }
  return {
    url: `${webSocketBase(baseUrl)}/converse?model=${encodeURIComponent(model)}`,
    headers: { authorization: `Brook ${apiKey}`, ...headers },
    protocols: [],
    audio: { inputSampleRateHz: 16_000, outputSampleRateHz: 24_000 },
    handshakeTimeoutMs: 10_000,
    readyTimeoutMs: 15_000,
    maxMessageBytes: 16 * 1024 * 1024,
    keepAlive: { pingIntervalMs: 20_000, maxMissedPongs: 2 },
  };
}
