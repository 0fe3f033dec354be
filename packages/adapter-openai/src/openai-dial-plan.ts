import type { DialPlan, SessionConfig } from '@speko/adapter';
import { webSocketBase } from '@speko/adapter-kit';
import type { OpenAIOptions } from './openai-options.ts';

/** The only PCM rate of this API, both ways. */
export const OPENAI_SAMPLE_RATE_HZ = 24_000;

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** `session.created` and `session.updated` may take ten seconds each. */
const READY_TIMEOUT_MS = 20_000;
/** `response.done` repeats whole conversations; the official client sets no limit at all. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Where and how to dial for one session. */
export function planOpenAIDial(config: SessionConfig, options: OpenAIOptions): DialPlan {
  return {
    url: dialUrl(config, options),
    headers: dialHeaders(config, options),
    protocols: [],
    audio: { inputSampleRateHz: OPENAI_SAMPLE_RATE_HZ, outputSampleRateHz: OPENAI_SAMPLE_RATE_HZ },
    handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
    readyTimeoutMs: READY_TIMEOUT_MS,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    keepAlive: { pingIntervalMs: 15_000, maxMissedPongs: 2 },
  };
}

function dialUrl(config: SessionConfig, { azure, baseUrl }: OpenAIOptions): string {
  if (azure === undefined) return `${webSocketBase(baseUrl)}/realtime?model=${encodeURIComponent(config.model)}`;
  const base = webSocketBase(azure.endpoint);
  const deployment = encodeURIComponent(azure.deployment ?? config.model);
  return azure.apiVersion === undefined
    ? `${base}/openai/v1/realtime?model=${deployment}`
    : `${base}/openai/realtime?api-version=${encodeURIComponent(azure.apiVersion)}&deployment=${deployment}`;
}

function dialHeaders(config: SessionConfig, options: OpenAIOptions): Record<string, string> {
  const { apiKey, organization, project } = options;
  const authStyle = options.authStyle ?? (options.azure === undefined ? 'bearer' : 'api-key');
  return {
    ...(authStyle === 'bearer' ? { authorization: `Bearer ${apiKey}` } : { 'api-key': apiKey }),
    ...(organization === undefined ? {} : { 'openai-organization': organization }),
    ...(project === undefined ? {} : { 'openai-project': project }),
    ...(options.safetyIdentifier === 'session' ? { 'openai-safety-identifier': config.sessionId } : {}),
    ...Object.fromEntries(Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), value])),
  };
}
