import { AdapterError, type DialPlan, type ProviderAudio, type SessionConfig } from '@speko/adapter';
import { webSocketBase } from '@speko/adapter-kit';
import { RESERVED_TOOL_NAMES } from './codec/vendor-tool-names.ts';
import type { XaiOptions } from './xai-options.ts';

/** Rates that both this vendor and the gateway know, in hertz. */
const SAMPLE_RATES_HZ: readonly number[] = [8000, 16_000, 24_000, 48_000];
const DEFAULT_SAMPLE_RATE_HZ = 24_000;

const HANDSHAKE_TIMEOUT_MS = 10_000;
const READY_TIMEOUT_MS = 20_000;
/** The vendor states no limit; a `response.done` carries whole transcripts. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/**
 * Where and how to dial for one session.
 *
 * @throws AdapterError `BAD_OPTIONS` for tools whose names the vendor keeps for itself
 */
export function planXaiDial(config: SessionConfig, { apiKey, baseUrl, headers }: XaiOptions): DialPlan {
  const reserved = config.tools.map(({ name }) => name).filter((name) => RESERVED_TOOL_NAMES.has(name));
  if (reserved.length > 0) {
    throw new AdapterError({
      code: 'BAD_OPTIONS',
      message: `xAI keeps these tool names for its own tools: ${reserved.join(', ')}. Give yours other names, such as my_${reserved[0]}.`,
    });
  }
  const conversation = config.continuation?.handle;
  return {
    url:
      `${webSocketBase(baseUrl)}/realtime?model=${encodeURIComponent(config.model)}` +
      (conversation === undefined ? '' : `&conversation_id=${encodeURIComponent(conversation)}`),
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    },
    protocols: [],
    audio: xaiAudio(config),
    handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
    readyTimeoutMs: READY_TIMEOUT_MS,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    keepAlive: { pingIntervalMs: 15_000, maxMissedPongs: 2 },
  };
}

/** The client's own rates where the vendor has them: no resampling then. */
export function xaiAudio({ inputSampleRateHz, outputSampleRateHz }: SessionConfig): ProviderAudio {
  const known = (rateHz: number): number => (SAMPLE_RATES_HZ.includes(rateHz) ? rateHz : DEFAULT_SAMPLE_RATE_HZ);
  return { inputSampleRateHz: known(inputSampleRateHz), outputSampleRateHz: known(outputSampleRateHz) };
}
