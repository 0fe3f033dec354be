import { AdapterError, type RealtimeAdapter } from '@speko/adapter';
import type { AdapterEntry } from '@speko/server';
import { ConfigError } from './config-error.ts';
import { PROVIDERS } from './provider-variables.ts';
import type { GatewayConfig, ProviderAccess } from './read-config.ts';

/** Key for self-hosted servers and simulators, which take any. */
const NO_KEY = 'none';

/** What an adapter is told where the address is not the vendor's: such an OpenAI server may speak either dialect. */
const OWN_SERVER_OPTIONS: Readonly<Record<string, object>> = { openai: { dialect: 'auto' } };

/**
 * The providers as the server wants them: with validated options, or with the setting that is missing.
 * @throws ConfigError when an adapter refuses its options
 */
export function createAdapterEntries({ providers }: GatewayConfig): readonly AdapterEntry[] {
  return PROVIDERS.map(({ adapter, prefix }) => {
    const setting = `${prefix}_API_KEY`;
    const given = adapter.kind === 'in-process' ? {} : vendorOptions(adapter.id, providers[adapter.id]);
    if (given === undefined) return { state: 'missing', adapter, missingSetting: setting };
    return { state: 'configured', adapter, options: parseOptions(adapter, given, setting) };
  });
}

/** An address alone is enough, for a server that asks for no key. */
function vendorOptions(id: string, access: ProviderAccess = {}): unknown {
  if (access.baseUrl !== undefined) return { apiKey: NO_KEY, ...OWN_SERVER_OPTIONS[id], ...access };
  return access.apiKey === undefined ? undefined : access;
}

function parseOptions(adapter: RealtimeAdapter, given: unknown, setting: string): unknown {
  try {
    return adapter.parseOptions(given);
  } catch (error) {
    if (!AdapterError.isInstance(error)) throw error;
    throw new ConfigError([{ variable: setting, problem: `or what belongs to it is refused: ${error.message}` }]);
  }
}
