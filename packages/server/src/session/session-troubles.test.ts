import { expect, test } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { createLogger } from '../telemetry/create-logger.ts';
import { createPrometheusMetrics } from '../telemetry/gateway-metrics.ts';
import { SessionTroubles } from './session-troubles.ts';

function startTroubles() {
  const lines: Record<string, unknown>[] = [];
  const clock = new FakeClock();
  const metrics = createPrometheusMetrics(() => 0);
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const logger = createLogger({ level: 'debug', destination });
  const troubles = new SessionTroubles({ sessionId: 'ses_1', provider: 'echo', clock, logger, metrics });
  return {
    clock,
    troubles,
    /** What was logged since the last call, without what every line has. */
    logged: () =>
      lines
        .splice(0)
        .map(({ level, code, reason, msg }) => ({ level, ...(code === undefined ? {} : { code }), reason, msg })),
    counted: async (name: string) => (await metrics.render()).split('\n').filter((line) => line.startsWith(name)),
  };
}

test('[TR10] an answer that is broken off is logged with its reason and counted; words of vendors are one series', async () => {
  const { troubles, logged, counted } = startTroubles();
  for (const reason of ['content_filter', 'max_output_tokens', 'because of "this"']) troubles.brokenOff(reason);
  expect(logged()).toEqual([
    { level: 'warn', reason: 'content_filter', msg: 'the provider broke an answer off' },
    { level: 'warn', reason: 'max_output_tokens', msg: 'the provider broke an answer off' },
    { level: 'warn', reason: 'because of "this"', msg: 'the provider broke an answer off' },
  ]);
  expect(await counted('speko_answers_broken_off_total')).toEqual([
    'speko_answers_broken_off_total{provider="echo",reason="content_filter"} 1',
    'speko_answers_broken_off_total{provider="echo",reason="max_output_tokens"} 1',
    'speko_answers_broken_off_total{provider="echo",reason="other"} 1',
  ]);
});

test('[TL6] [LM1] a tool call that cannot be used is warned of without its words, and counted', async () => {
  const { troubles, logged, counted } = startTroubles();
  troubles.error('BAD_TOOL_CALL', 'The arguments {"secret":1} are no object.', false);
  troubles.error('UNKNOWN_TOOL_CALL', 'No such call.', false);
  troubles.error('BAD_FRAME', 'No such frame.', false);
  troubles.error('PROVIDER_ERROR', 'It is over.', true);
  expect(logged()).toEqual([
    { level: 'warn', code: 'BAD_TOOL_CALL', msg: 'a tool call cannot be used' },
    { level: 'debug', code: 'BAD_FRAME', msg: 'error frame' },
    { level: 'warn', code: 'PROVIDER_ERROR', reason: 'It is over.', msg: 'an error ends the session' },
  ]);
  expect(await counted('speko_errors_total')).toContain('speko_errors_total{provider="echo",code="BAD_TOOL_CALL"} 1');
});

test('of a provider that breaks off without end 21 are logged, then one in ten seconds, and all are counted', async () => {
  const { clock, troubles, logged, counted } = startTroubles();
  for (let count = 0; count < 1000; count++) troubles.brokenOff('content_filter');
  expect(logged()).toHaveLength(21);
  clock.advance(10_000);
  for (let count = 0; count < 10; count++) troubles.brokenOff('content_filter');
  expect(logged()).toHaveLength(1);
  expect(await counted('speko_answers_broken_off_total')).toEqual([
    'speko_answers_broken_off_total{provider="echo",reason="content_filter"} 1010',
  ]);
});
