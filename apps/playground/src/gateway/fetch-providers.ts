import type { ProviderInfo, Providers } from '@speko/protocol/lean';
import { askGateway } from './gateway-error.ts';

/** Every provider of the gateway. @throws GatewayError */
export async function fetchProviders(signal: AbortSignal): Promise<readonly ProviderInfo[]> {
  return ((await askGateway('playground/providers', { signal })) as Providers).providers;
}
