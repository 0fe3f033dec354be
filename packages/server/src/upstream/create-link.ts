import type { RealtimeAdapter, SessionConfig } from '@speko/adapter';
import type { Clock } from '../clock.ts';
import { DialedLink } from './connection/dialed-link.ts';
import { createInProcessLink } from './connection/in-process-link.ts';
import type { ProviderLink } from './connection/provider-link.ts';
import { RecoveringLink } from './recovery/recovering-link.ts';

export interface CreateLinkOptions<Options> {
  readonly adapter: RealtimeAdapter<Options>;
  readonly config: SessionConfig;
  /** What the adapter's `parseOptions` gave. */
  readonly options: Options;
  readonly clock: Clock;
  /** Most user audio kept while the provider's connection is being replaced. */
  readonly maxHeldAudioMs: number;
  /** The provider's connection was replaced. */
  onRecovered(count: number): void;
  /** The provider stated an end of its connection that cannot be true; it is ignored. Once; epoch milliseconds. */
  onOddEnd(expiresAtMs: number): void;
}

/** A provider session of either kind, not yet started. @throws AdapterError `BAD_OPTIONS` */
export function createLink<Options>(link: CreateLinkOptions<Options>): ProviderLink {
  const { adapter, config, options, clock } = link;
  if (adapter.kind === 'in-process') return createInProcessLink(adapter, config, options, clock);
  // What continues a call must not open it again.
  const { firstMessage, ...later } = config;
  return new RecoveringLink({
    dial: (continuation) =>
      new DialedLink(adapter, continuation === undefined ? config : { ...later, continuation }, options, clock),
    clock,
    opensCall: firstMessage !== undefined,
    manualTurns: config.turnDetection === 'manual',
    maxHeldAudioMs: link.maxHeldAudioMs,
    onRecovered: (count) => link.onRecovered(count),
    onOddEnd: (expiresAtMs) => link.onOddEnd(expiresAtMs),
  });
}
