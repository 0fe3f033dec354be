import type { RealtimeAdapter, SessionConfig } from '@speko/adapter';
import type { Clock } from '../clock.ts';
import { DialedLink } from './dialed-link.ts';
import { createInProcessLink } from './in-process-link.ts';
import type { ProviderLink } from './provider-link.ts';

/** A provider session of either kind, not yet started. @throws AdapterError `BAD_OPTIONS` */
export function createLink<Options>(
  adapter: RealtimeAdapter<Options>,
  config: SessionConfig,
  options: Options,
  clock: Clock,
): ProviderLink {
  return adapter.kind === 'dialed'
    ? new DialedLink(adapter, config, options, clock)
    : createInProcessLink(adapter, config, options, clock);
}
