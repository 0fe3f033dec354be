import { expect, test } from 'vitest';
import { createPrometheusMetrics } from './gateway-metrics.ts';

test('[RS2] a session is counted while it is active, and with its reason, audio and length when it ended', async () => {
  const metrics = createPrometheusMetrics(() => 3);
  metrics.sessionStarted('echo');
  metrics.sessionStarted('echo');
  metrics.firstAudio('echo', 240);
  metrics.error('echo', 'BAD_FRAME');
  metrics.sessionEnded({
    provider: 'echo',
    reason: 'client_closed',
    durationMs: 12_000,
    inputAudioMs: 9000,
    outputAudioMs: 4500,
  });
  const lines = (await metrics.render()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'speko_sessions_active{provider="echo"} 1',
      'speko_sessions_waiting 3',
      'speko_sessions_ended_total{provider="echo",reason="client_closed"} 1',
      'speko_audio_seconds_total{provider="echo",direction="in"} 9',
      'speko_audio_seconds_total{provider="echo",direction="out"} 4.5',
      'speko_errors_total{provider="echo",code="BAD_FRAME"} 1',
      'speko_time_to_first_audio_seconds_bucket{le="0.2",provider="echo"} 0',
      'speko_time_to_first_audio_seconds_bucket{le="0.3",provider="echo"} 1',
      'speko_session_duration_seconds_bucket{le="15",provider="echo"} 1',
    ]),
  );
});

test('two gateways in one process count apart', async () => {
  const first = createPrometheusMetrics(() => 0);
  const second = createPrometheusMetrics(() => 0);
  first.sessionStarted('echo');
  expect(await second.render()).not.toContain('speko_sessions_active{provider="echo"}');
});
