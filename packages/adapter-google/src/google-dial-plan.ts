import { AdapterError, type DialPlan, type SessionConfig } from '@speko/adapter';
import { webSocketBase } from '@speko/adapter-kit';
import type { GoogleOptions } from './google-options.ts';
import { modelId, profileOfModel } from './model-profiles.ts';
import { refuseLargeSchemas } from './schema/declare-functions.ts';

/** The rate with evidence for every model; others are converted by the vendor. */
export const GOOGLE_INPUT_RATE_HZ = 16_000;
/** The only rate the vendor answers in. */
export const GOOGLE_OUTPUT_RATE_HZ = 24_000;

const TOOL_NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/;
const MAX_TOOLS = 512;

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** The vendor's own clients wait for the end of the setup for ever. */
const READY_TIMEOUT_MS = 15_000;
/** The largest message is not documented; a frame of audio may be longer than a second. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
/** Pongs have been seen half a minute late on healthy connections. */
const KEEP_ALIVE = { pingIntervalMs: 30_000, maxMissedPongs: 2 };

const MULTI_REGIONS: ReadonlySet<string> = new Set(['us', 'eu']);

/**
 * Where and how to dial for one session.
 *
 * @throws {@link AdapterError} `BAD_OPTIONS` for tools this vendor cannot take
 */
export function planGoogleDial(config: SessionConfig, options: GoogleOptions): DialPlan {
  refuseTools(config);
  refuseLargeSchemas(config.tools, profileOfModel(config.model, options.profile));
  return {
    url: dialUrl(options),
    headers: {
      ...authorization(options),
      ...Object.fromEntries(Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), value])),
    },
    protocols: [],
    audio: { inputSampleRateHz: GOOGLE_INPUT_RATE_HZ, outputSampleRateHz: GOOGLE_OUTPUT_RATE_HZ },
    handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
    readyTimeoutMs: READY_TIMEOUT_MS,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    keepAlive: KEEP_ALIVE,
  };
}

/** The model as the setup names it: never bare, never in the address. */
export function modelPath(config: SessionConfig, { vertex }: GoogleOptions): string {
  const id = modelId(config.model);
  if (vertex === undefined) return `models/${id}`;
  return `projects/${vertex.project}/locations/${vertex.location}/publishers/google/models/${id}`;
}

function dialUrl({ vertex, baseUrl, apiVersion }: GoogleOptions): string {
  if (vertex === undefined) {
    const base = webSocketBase(baseUrl ?? 'https://generativelanguage.googleapis.com');
    const version = apiVersion ?? 'v1beta';
    return `${base}/ws/google.ai.generativelanguage.${version}.GenerativeService.BidiGenerateContent`;
  }
  const base = webSocketBase(baseUrl ?? `https://${vertexHost(vertex.location)}`);
  // A slash before the method, where the other address has a dot.
  return `${base}/ws/google.cloud.aiplatform.${apiVersion ?? 'v1beta1'}.LlmBidiService/BidiGenerateContent`;
}

function vertexHost(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com';
  if (MULTI_REGIONS.has(location)) return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}

function authorization({ apiKey, vertex }: GoogleOptions): Record<string, string> {
  if (vertex === undefined) return apiKey === undefined ? {} : { 'x-goog-api-key': apiKey };
  const { accessToken } = vertex;
  return { authorization: `Bearer ${typeof accessToken === 'string' ? accessToken : accessToken()}` };
}

function refuseTools({ tools }: SessionConfig): void {
  if (tools.length > MAX_TOOLS) {
    throw new AdapterError({
      code: 'BAD_OPTIONS',
      message: `Gemini Live takes at most ${MAX_TOOLS} tools; ${tools.length} were given.`,
      path: 's2s.tools',
    });
  }
  const index = tools.findIndex(({ name }) => !TOOL_NAME.test(name));
  const wrong = tools[index];
  if (wrong === undefined) return;
  const message = `Gemini Live cannot take a tool named ${JSON.stringify(wrong.name.slice(0, 80))}: use at most 64 letters, digits, and _ . : -, beginning with a letter or an underscore.`;
  throw new AdapterError({ code: 'BAD_OPTIONS', message, path: `s2s.tools[${index}].name` });
}
