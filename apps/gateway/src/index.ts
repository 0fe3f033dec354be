export { createAdapterEntries } from './adapters.ts';
export { ConfigError, type ConfigIssue } from './config-error.ts';
export type { Playground } from './playground.ts';
export {
  readConfig,
  type Environment,
  type GatewayConfig,
  type OpenAIAccess,
  type ProviderAccess,
} from './read-config.ts';
export { startGateway, type RunningGateway, type StartGatewayOptions } from './start-gateway.ts';
