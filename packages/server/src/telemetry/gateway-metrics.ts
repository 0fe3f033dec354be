import type { EndReason, SessionErrorCode } from '@speko/protocol';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Report of a session that is over. */
export interface SessionTotals {
  readonly provider: string;
  readonly reason: EndReason;
  readonly durationMs: number;
  readonly inputAudioMs: number;
  readonly outputAudioMs: number;
}

/** Where the gateway counts; the numbers leave by `GET /metrics`. */
export interface GatewayMetrics {
  sessionStarted(provider: string): void;
  sessionEnded(totals: SessionTotals): void;
  /** From the end of a user's turn to the first audio of the answer. */
  firstAudio(provider: string, waitMs: number): void;
  error(provider: string, code: SessionErrorCode): void;
  /** An answer that the provider broke off, and its word for why. */
  brokenOff(provider: string, reason: string): void;
}

/** A series each; a vendor's other words are one, since it has any number of them. */
const KNOWN_REASONS: ReadonlySet<string> = new Set(['content_filter', 'max_output_tokens']);

/** Counts nothing. */
export const noMetrics: GatewayMetrics = {
  sessionStarted() {},
  sessionEnded() {},
  firstAudio() {},
  error() {},
  brokenOff() {},
};

/** Metrics for Prometheus, with the process's own (CPU, memory, event loop delay). */
export interface PrometheusMetrics extends GatewayMetrics {
  /** Media type of {@link PrometheusMetrics.render}. */
  readonly contentType: string;
  /** Everything in the text format of Prometheus. */
  render(): Promise<string>;
}

/**
 * A separate registry, so that two gateways in one process do not mix.
 * @param waiting - sessions of this node that were minted and wait for their client
 */
export function createPrometheusMetrics(waiting: () => number): PrometheusMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const active = new Gauge({
    name: 'speko_sessions_active',
    help: 'Connected sessions.',
    labelNames: ['provider'],
    registers,
  });
  const ended = new Counter({
    name: 'speko_sessions_ended_total',
    help: 'Sessions that ended.',
    labelNames: ['provider', 'reason'],
    registers,
  });
  const audio = new Counter({
    name: 'speko_audio_seconds_total',
    help: 'Audio of ended sessions; direction in is from the client.',
    labelNames: ['provider', 'direction'],
    registers,
  });
  const errors = new Counter({
    name: 'speko_errors_total',
    help: 'Error frames sent to clients.',
    labelNames: ['provider', 'code'],
    registers,
  });
  const brokenOff = new Counter({
    name: 'speko_answers_broken_off_total',
    help: 'Answers that the provider broke off.',
    labelNames: ['provider', 'reason'],
    registers,
  });
  const duration = new Histogram({
    name: 'speko_session_duration_seconds',
    help: 'From connection to end.',
    labelNames: ['provider'],
    buckets: [1, 5, 15, 60, 180, 600, 1800, 3600],
    registers,
  });
  const firstAudio = new Histogram({
    name: 'speko_time_to_first_audio_seconds',
    help: "From the end of the user's turn to the first audio of the answer.",
    labelNames: ['provider'],
    buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10],
    registers,
  });
  new Gauge({
    name: 'speko_sessions_waiting',
    help: 'Sessions that were minted and wait for their client.',
    registers,
    collect() {
      this.set(waiting());
    },
  });
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    sessionStarted: (provider) => active.inc({ provider }),
    sessionEnded({ provider, reason, durationMs, inputAudioMs, outputAudioMs }) {
      active.dec({ provider });
      ended.inc({ provider, reason });
      duration.observe({ provider }, durationMs / 1000);
      audio.inc({ provider, direction: 'in' }, inputAudioMs / 1000);
      audio.inc({ provider, direction: 'out' }, outputAudioMs / 1000);
    },
    firstAudio: (provider, waitMs) => firstAudio.observe({ provider }, waitMs / 1000),
    error: (provider, code) => errors.inc({ provider, code }),
    brokenOff: (provider, reason) => brokenOff.inc({ provider, reason: KNOWN_REASONS.has(reason) ? reason : 'other' }),
  };
}
