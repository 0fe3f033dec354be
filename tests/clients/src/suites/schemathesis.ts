import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEcho } from '@speko/adapter-echo';
import { type Clock, createLogger, createServer, createSqliteStore, mintApiKey, systemClock } from '@speko/server';
import { runCommand } from '../run-command.ts';
import type { Suite } from '../suite.ts';

const FOLDER = new URL('../../schemathesis/', import.meta.url);
const DESCRIPTION = '/openapi.json';
/** Of each call, in each phase that makes some up. */
const EXAMPLES = 1_000;
/** A minute and a half on two cores that have nothing else to do. */
const WHOLE_RUN_MS = 20 * 60_000;
/** Longer than any answer takes but that of a stream, which ends with its session. */
const REQUEST_SECONDS = 10;
/** How long a session waits for a client that never comes, and so its stream for an end: the least that can be set. */
const TOKEN_TTL_MS = 1_000;

/** A thousand streams of sessions that nobody opens would wait a thousand times: the gateway's time runs faster. */
const CLOCK_SPEED = 20;
const fastClock: Clock = {
  nowMs: () => systemClock.nowMs() * CLOCK_SPEED,
  epochMs: () => systemClock.epochMs(),
  setTimer: (callback, delayMs) => systemClock.setTimer(callback, delayMs / CLOCK_SPEED),
};

/** A check of an HTTP interface against its own description, which makes up requests: the REST side and `/openapi.json`. */
export const schemathesis: Suite = {
  name: 'schemathesis',
  does: `schemathesis makes up ${EXAMPLES} requests for each call that /openapi.json describes`,
  async run(stage) {
    const python = await stage.python(new URL('requirements.txt', FOLDER));
    await using gateway = await startGateway();
    stage.note('making up requests, which takes a minute or two');
    const { code, output } = await runCommand(
      [
        python,
        '-c',
        'from schemathesis.cli import schemathesis; schemathesis()',
        'run',
        gateway.url + DESCRIPTION,
        '--checks=all',
        `--max-examples=${EXAMPLES}`,
        `--request-timeout=${REQUEST_SECONDS}`,
        `--header=Authorization: Bearer ${gateway.key}`,
        '--continue-on-failure',
        '--no-color',
        // Nothing of earlier runs.
        '--generation-database=none',
      ],
      {
        timeoutMs: WHOLE_RUN_MS,
        cwd: gateway.folder,
        env: { SCHEMATHESIS_HOOKS: fileURLToPath(new URL('hooks.py', FOLDER)), PYTHONDONTWRITEBYTECODE: '1' },
      },
    );
    const [, tested] = /^\s*Tested: (\d+)$/m.exec(output) ?? [];
    const described = await countCalls(gateway.url);
    const whole = code === 0 && Number(tested) === described;
    stage.check(`all ${described} calls answer as they are described`, whole ? undefined : output.trim());
  },
};

/** A gateway with the built-in provider only, and without limits on how much is asked. */
async function startGateway() {
  const folder = mkdtempSync(join(tmpdir(), 'speko-schemathesis-'));
  const echo = createEcho();
  const key = mintApiKey();
  const server = createServer({
    adapters: [{ state: 'configured', adapter: echo, options: echo.parseOptions({}) }],
    store: createSqliteStore({ path: join(folder, 'gateway.db') }),
    configuredKeys: [{ key, name: 'schemathesis' }],
    logger: createLogger({ level: 'silent' }),
    clock: fastClock,
    maxSessions: 0,
    keySessionsPerMinute: 0,
    keyConcurrentSessions: 0,
    maxStreams: 0,
    keyStreams: 0,
    tokenTtlMs: TOKEN_TTL_MS,
  });
  const { url } = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    key,
    folder,
    async [Symbol.asyncDispose]() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How many calls are described, and so to be tested. */
async function countCalls(url: string): Promise<number> {
  const { paths } = (await (await fetch(url + DESCRIPTION)).json()) as { paths: Record<string, object> };
  // It does not ask for the description again.
  const { [DESCRIPTION]: _description, ...described } = paths;
  return Object.values(described)
    .flatMap((item) => Object.values(item) as unknown[])
    .filter((call) => typeof call === 'object' && call !== null && 'operationId' in call).length;
}
