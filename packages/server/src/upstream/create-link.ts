import type { DialedAdapter, DialPlan, HistoryItem, SessionConfig } from '@speko/adapter';
import type { ChosenProvider } from '../adapter-registry.ts';
import type { Clock } from '../clock.ts';
import { DialedLink } from './connection/dialed-link.ts';
import { createInProcessLink } from './connection/in-process-link.ts';
import type { LinkListener, ProviderLink } from './connection/provider-link.ts';
import { RecoveringLink, type RecoveringLinkOptions } from './recovery/recovering-link.ts';

export interface CreateLinkOptions extends ChosenProvider {
  readonly config: SessionConfig;
  /** The adapter's plan for the first connection, where it was computed before; it is computed here otherwise. */
  readonly plan?: DialPlan | undefined;
  readonly clock: Clock;
  readonly listener: LinkListener;
  /** History so far, for a provider session that has to be started anew. */
  history(): readonly HistoryItem[];
  /** Most user audio kept while the provider's connection is being replaced. */
  readonly maxHeldAudioMs: number;
  /** The provider's connection was replaced. */
  onRecovered(count: number): void;
  /** The provider stated an end of its connection that cannot be true; it is ignored. Once; epoch milliseconds. */
  onOddEnd(expiresAtMs: number): void;
}

/** A provider session of either kind, not yet started. @throws AdapterError `BAD_OPTIONS` */
export function createLink(link: CreateLinkOptions): ProviderLink {
  const { adapter, config, options, clock, listener } = link;
  if (adapter.kind === 'in-process') return createInProcessLink(adapter, config, options, clock, listener);
  return new RecoveringLink({
    dial: dialer(adapter, link),
    listener,
    history: () => link.history(),
    clock,
    hasFirstMessage: config.firstMessage !== undefined,
    manualTurns: config.turnDetection === 'manual',
    maxHeldAudioMs: link.maxHeldAudioMs,
    onRecovered: (count) => link.onRecovered(count),
    onOddEnd: (expiresAtMs) => link.onOddEnd(expiresAtMs),
  });
}

/** Dials one connection after the other. */
function dialer(
  adapter: DialedAdapter,
  { config, options, plan, clock }: CreateLinkOptions,
): RecoveringLinkOptions['dial'] {
  let first = plan;
  // A continued session must not speak its first message again.
  const { firstMessage: _firstMessage, ...later } = config;
  return (listener, continuation) => {
    const current = continuation === undefined ? config : { ...later, continuation };
    const dialPlan = first ?? adapter.plan(current, options);
    first = undefined;
    return new DialedLink({ adapter, config: current, options, plan: dialPlan, clock, listener });
  };
}
