import { AdapterError, type DialedAdapter, type DialPlan, type SessionConfig } from '@speko/adapter';
import { webSocketBase } from '@speko/adapter-kit';
import { CAPABILITIES } from './brook-capabilities.ts';
import { BrookCodec } from './brook-codec.ts';
import { type BrookOptions, parseBrookOptions } from './brook-options.ts';
import { VOICES } from './brook-wire.ts';

/** The adapter for Brook Voice. */
export function createBrook(): DialedAdapter<BrookOptions> {
  return {
    kind: 'dialed',
    id: 'brook',
    displayName: 'Brook Voice',
    capabilities: CAPABILITIES,
    exampleModel: 'brook-1',
    parseOptions: parseBrookOptions,
    plan,
    createCodec: (config) => new BrookCodec(config),
  };
}

function plan({ model, voice }: SessionConfig, { apiKey, baseUrl, headers }: BrookOptions): DialPlan {
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
