import { PATHS, type ProviderInfo, type Providers, usageQuerySchema, type UsageReport } from '@speko/protocol';
import type { FastifyInstance } from 'fastify';
import type { AdapterEntry, AdapterRegistry } from '../adapter-registry.ts';
import type { Clock } from '../clock.ts';
import { validationError } from '../http-error.ts';
import type { SessionStore } from '../store/store.ts';
import { keyOf } from './authenticate.ts';
import { validated } from './validated.ts';

const YEAR_0_MS = Date.parse('0000-01-01T00:00:00Z');
const YEAR_9999_MS = Date.parse('9999-12-31T23:59:59.999Z');
const DEFAULT_PERIOD_MS = 30 * 86_400_000;

/** `/v1/usage` and `/v1/providers`. */
export function addReportRoutes(
  app: FastifyInstance,
  { store, adapters, clock }: { store: SessionStore; adapters: AdapterRegistry; clock: Clock },
): void {
  app.get(PATHS.usage, (request): Promise<UsageReport> => {
    const { from, to } = validated(usageQuerySchema, request.query);
    const toMs = to === undefined ? clock.epochMs() : Date.parse(to);
    const fromMs = from === undefined ? toMs - DEFAULT_PERIOD_MS : Date.parse(from);
    if (fromMs >= toMs) throw validationError('from', 'Must be in the past when "to" is left out.');
    return store.usageReport(keyOf(request).keyId, withinYears(fromMs), withinYears(toMs));
  });

  addProvidersRoute(app, PATHS.providers, adapters);
}

/** With an offset from UTC an instant can be written whose year in UTC has no four digits; nothing is there to report. */
function withinYears(epochMs: number): number {
  return Math.min(Math.max(epochMs, YEAR_0_MS), YEAR_9999_MS);
}

/** Answers `GET /v1/providers` under a path. */
export function addProvidersRoute(app: FastifyInstance, path: string, adapters: AdapterRegistry): void {
  app.get(path, (): Providers => ({ providers: [...adapters.values()].map(toProviderInfo) }));
}

/** The entry as clients see it. */
function toProviderInfo({ adapter, ...entry }: AdapterEntry): ProviderInfo {
  const { reasons: _reasons, ...capabilities } = adapter.capabilities;
  return {
    id: adapter.id,
    configured: entry.state === 'configured',
    missingSetting: entry.state === 'missing' ? entry.missingSetting : null,
    capabilities,
    models: [adapter.exampleModel, ...(adapter.otherModels ?? [])],
  };
}
