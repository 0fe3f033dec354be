import type { RealtimeAdapter, SessionConfig } from '@speko/adapter';

/** A plain session of an adapter's example model: automatic turns, no tools, 24 kHz both ways. */
export function makeSessionConfig(
  adapter: Pick<RealtimeAdapter, 'exampleModel'>,
  changes: Partial<SessionConfig> = {},
): SessionConfig {
  return {
    sessionId: 'session-1',
    model: adapter.exampleModel,
    tools: [],
    turnDetection: 'auto',
    inputSampleRateHz: 24_000,
    outputSampleRateHz: 24_000,
    ...changes,
  };
}
