import { AdapterError, type RealtimeAdapter } from '@speko/adapter';
import { createEcho } from '@speko/adapter-echo';
import { createGoogle } from '@speko/adapter-google';
import { createOpenAI } from '@speko/adapter-openai';
import { createXai } from '@speko/adapter-xai';
import type { AdapterEntry } from '@speko/server';
import { ConfigError } from './config-error.ts';
import { withoutUnset, type GatewayConfig, type OpenAIAccess, type ProviderAccess } from './read-config.ts';

/** What self-hosted servers and simulators take for a key: anything. */
const NO_KEY = 'none';

/** Every provider of this gateway, one line each. `options` gives `undefined` while the setting is missing. */
const PROVIDERS: readonly ProviderLine[] = [
  { adapter: createEcho(), setting: 'none', options: () => ({}) },
  { adapter: createOpenAI(), setting: 'OPENAI_API_KEY', options: ({ openai }) => openaiOptions(openai) },
  { adapter: createGoogle(), setting: 'GEMINI_API_KEY', options: ({ google }) => vendorOptions(google) },
  { adapter: createXai(), setting: 'XAI_API_KEY', options: ({ xai }) => vendorOptions(xai) },
];

interface ProviderLine {
  readonly adapter: RealtimeAdapter;
  /** The variable that makes it usable. */
  readonly setting: string;
  readonly options: (providers: GatewayConfig['providers']) => unknown;
}

/**
 * The providers as the server wants them: with validated options, or with the setting that is missing.
 * @throws ConfigError when an adapter refuses its options
 */
export function createAdapterEntries({ providers }: GatewayConfig): readonly AdapterEntry[] {
  return PROVIDERS.map(({ adapter, setting, options }) => {
    const given = options(providers);
    if (given === undefined) return { state: 'missing', adapter, missingSetting: setting };
    return { state: 'configured', adapter, options: parseOptions(adapter, given, setting) };
  });
}

function parseOptions(adapter: RealtimeAdapter, given: unknown, setting: string): unknown {
  try {
    return adapter.parseOptions(given);
  } catch (error) {
    if (!AdapterError.isInstance(error)) throw error;
    throw new ConfigError([{ variable: setting, problem: `or what belongs to it is refused: ${error.message}` }]);
  }
}

/** A server of one's own may speak either generation of the dialect, and often wants no key. */
function openaiOptions({ apiKey, baseUrl, transcriptionModel, defaultVoice }: OpenAIAccess): unknown {
  const names = withoutUnset({ transcriptionModel, defaultVoice });
  if (baseUrl !== undefined) return { apiKey: apiKey ?? NO_KEY, baseUrl, dialect: 'auto', ...names };
  return apiKey === undefined ? undefined : { apiKey, ...names };
}

/** An address alone is enough, for a server that asks for no key. */
function vendorOptions({ apiKey, baseUrl }: ProviderAccess): unknown {
  if (apiKey === undefined && baseUrl === undefined) return undefined;
  return { apiKey: apiKey ?? NO_KEY, ...withoutUnset({ baseUrl }) };
}
