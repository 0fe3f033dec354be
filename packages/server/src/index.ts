export { ApiKeys, mintApiKey, type ApiKeysOptions, type ConfiguredKey, type CreatedKey } from './auth/api-keys.ts';
export { canonicalOrigin, isLoopbackHost } from './auth/origins.ts';
export { mintPageToken } from './auth/page-token.ts';
export { systemClock, type Clock, type Timer } from './clock.ts';
export { resolveSettings, SERVER_DEFAULTS, type ServerOptions, type ServerSettings } from './config.ts';
export { createServer, type CreateServerOptions, type ListeningAddress, type SpekoServer } from './create-server.ts';
export type { AdapterEntry } from './adapter-registry.ts';
export type { PlaygroundOptions } from './http/add-playground.ts';
export { createSqliteStore, type SqliteStoreOptions } from './store/create-sqlite-store.ts';
export { StoreError, type StoreErrorCode } from './store/store-error.ts';
export type {
  AcquireOptions,
  IdempotencyClaim,
  IdempotencyResult,
  NewSession,
  RetentionCutoffs,
  RecordChange,
  SessionEnd,
  SessionPage,
  SessionProgress,
  SessionQuery,
  SessionStore,
  StoredKey,
  StoredRecord,
  StoredToken,
  TokenTake,
} from './store/store.ts';
export { createLogger, type LoggerOptions } from './telemetry/create-logger.ts';
export { probeProvider, type ProbeOptions, type ProbeResult } from './upstream/probe-provider.ts';
