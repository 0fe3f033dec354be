import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulatorHost } from '@speko/simulator-kit/host';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runProgram } from './program.ts';
import type { Environment } from './read-config.ts';
import { startGateway, type RunningGateway } from './start-gateway.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'speko-program-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The test's own database, a free port and a quiet log. */
function environment(env: Environment = {}): Environment {
  return { PORT: '0', LOG_LEVEL: 'silent', SPEKO_DATABASE_URL: `file:${database()}`, ...env };
}

function database(): string {
  return join(folder, 'gateway.db');
}

function noDatabase(): string {
  return `Warning: there is no database ${database()} yet; "keys create" or the first start makes a new one. SPEKO_DATABASE_URL names another.`;
}

async function run(args: readonly string[], env: Environment = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { print: (text: string) => void out.push(text), remark: (text: string) => void err.push(text) };
  const exitCode = await runProgram({ args, env: environment(env), terminal });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

async function mintStatus({ url }: RunningGateway, apiKey: string, provider = 'echo'): Promise<number> {
  const answer = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 's2s', s2s: { provider, model: provider } }),
  });
  await answer.body?.cancel();
  return answer.status;
}

describe('serve', () => {
  test('a port in use is told with the variable to set, with exit code 1', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await run(['serve'], { PORT: String(port) })).toEqual({
      exitCode: 1,
      out: '',
      err: `Port ${port} of 127.0.0.1 is in use by another program. Stop that one, or set PORT to another port (0 takes a free one).`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  test('an address of another machine is told with the variable to set', async () => {
    expect(await run([], { HOST: '192.0.2.1' })).toEqual({
      exitCode: 1,
      out: '',
      err: '192.0.2.1 is not an address of this machine. Set HOST to 127.0.0.1 or 0.0.0.0.',
    });
  });

  test('a database that cannot be used is told with the variable to set', async () => {
    const { exitCode, err } = await run([], { SPEKO_DATABASE_URL: `file:${folder}` });
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^Cannot use the database file .* SPEKO_DATABASE_URL sets it\.$/);
  });

  test('mistakes in the environment are listed together, with exit code 2', async () => {
    expect(await run([], { PORT: 'http', SPEKO_DATABASE_URL: 'postgres://db' })).toEqual({
      exitCode: 2,
      out: '',
      err: [
        'The configuration cannot be used:',
        '  PORT is "http". Set it to a whole number from 0 to 65535.',
        '  SPEKO_DATABASE_URL is a PostgreSQL address, which this version does not support yet. Set it to file:<path>, such as file:./.speko/gateway.db, or unset it.',
      ].join('\n'),
    });
  });
});

describe('keys of a gateway', () => {
  test('the development key is the same on each start, and SPEKO_API_KEYS retires it', async () => {
    const keys: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      await using gateway = await startGateway({ env: environment() });
      expect(await mintStatus(gateway, gateway.apiKey)).toBe(201);
      keys.push(gateway.apiKey);
    }
    expect(keys[1]).toBe(keys[0]);
    await using gateway = await startGateway({ env: environment({ SPEKO_API_KEYS: 'own-key-1,own-key-2' }) });
    expect(gateway.apiKey).toBe('own-key-1');
    expect(await mintStatus(gateway, keys[0] ?? '')).toBe(401);
    expect(await mintStatus(gateway, 'own-key-2')).toBe(201);
  });

  test('a key that is made opens a running gateway at once, for its providers only', async () => {
    await using gateway = await startGateway({
      env: environment({ OPENAI_API_KEY: 'sk-test', SPEKO_PREDIAL: 'false' }),
    });
    const made = await run(['keys', 'create', '--name', 'Jo’s laptop', '--providers', 'echo']);
    expect(made).toEqual({
      exitCode: 0,
      out: expect.stringMatching(/^sk_speko_\w{32}$/),
      err: expect.stringMatching(
        /^Made key key_\w+ "Jo’s laptop" in \S+gateway\.db\. It is shown this once\.\nA gateway that runs with that database accepts the key at once\.$/,
      ),
    });
    expect(await mintStatus(gateway, made.out)).toBe(201);
    expect(await mintStatus(gateway, made.out, 'openai')).toBe(403);
  });

  test('a key that is revoked opens nothing any more', async () => {
    await using gateway = await startGateway({ env: environment() });
    const made = await run(['keys', 'create']);
    const keyId = /key_\w+/.exec(made.err)?.[0] ?? '';
    expect(await run(['keys', 'revoke', keyId])).toEqual({
      exitCode: 0,
      out: '',
      err: `Revoked ${keyId} in ${database()}. A gateway that runs with it refuses the key within 5 s; calls that have begun go on.`,
    });
    expect(await mintStatus(gateway, made.out)).toBe(401);
  });

  test('the list holds configured and stored keys, and no key’s text', async () => {
    const made = await run(['keys', 'create', '--name', 'stored']);
    const { out } = await run(['keys', 'list', '--json'], { SPEKO_API_KEYS: 'own-key' });
    expect(JSON.parse(out)).toEqual([
      {
        keyId: expect.any(String),
        name: 'number 1',
        source: 'SPEKO_API_KEYS',
        providers: null,
        createdAt: null,
        revokedAt: null,
      },
      {
        keyId: expect.any(String),
        name: 'stored',
        source: 'database',
        providers: null,
        createdAt: expect.any(String),
        revokedAt: null,
      },
    ]);
    expect(out).not.toContain('own-key');
    expect(out).not.toContain(made.out);
    const table = await run(['keys', 'list']);
    expect(table.out).toMatch(/^ID +NAME +FROM +PROVIDERS +CREATED +REVOKED\nkey_\w+ +stored +database +all +\S+Z +-$/);
  });

  test('keys that are not in the database cannot be revoked there, and it says what to do instead', async () => {
    const listed = await run(['keys', 'list', '--json'], { SPEKO_API_KEYS: 'own-key' });
    const [row]: { keyId: string }[] = JSON.parse(listed.out);
    expect(await run(['keys', 'revoke', row?.keyId ?? ''], { SPEKO_API_KEYS: 'own-key' })).toEqual({
      exitCode: 1,
      out: '',
      err: `${row?.keyId} stands in SPEKO_API_KEYS. Take it out there and start the gateway again.\n${noDatabase()}`,
    });
    expect(await run(['keys', 'revoke', 'key_0'])).toEqual({
      exitCode: 1,
      out: '',
      err: `There is no key key_0. "speko-gateway keys list" shows them all.\n${noDatabase()}`,
    });
  });
});

describe('[CMD2] the database of keys', () => {
  test('is named, with a warning where it was made just now', async () => {
    const first = await run(['keys', 'create']);
    expect(first.err.split('\n')).toEqual([
      expect.stringMatching(/^Made key key_\w+ "unnamed" in /),
      'Warning: that database is new, so no gateway that runs already uses it. To reach one that does, run this in its folder or with its SPEKO_DATABASE_URL.',
    ]);
    expect(first.err).toContain(` in ${database()}. `);
    expect((await run(['keys', 'create'])).err).not.toContain('Warning');
    expect((await run(['keys', 'list'])).err).toBe(`Database: ${database()}`);
    expect((await run(['keys', 'revoke', 'key_0'])).err).toContain(`\nDatabase: ${database()}`);
  });

  test.each([[['list']], [['revoke', 'key_0']]])('is not made by %j, which says that there is none', async (args) => {
    expect((await run(['keys', ...args])).err).toContain(noDatabase());
    expect(existsSync(database())).toBe(false);
  });
});

describe('[CMD3] a provider that does not exist', () => {
  // Whatever providers there are, `echo` among them.
  const known = 'There are ';

  test.each([
    [['echo', 'opnai'], '"opnai"'],
    [['echo,opnai', 'grok', 'opnai'], '"opnai" or "grok"'],
    [['OpenAI'], '"OpenAI"'],
    [['echo', ''], '""'],
  ])('among %j is refused for a key, and no database is made', async (ids, named) => {
    expect(await run(['keys', 'create', '--providers', ...ids])).toEqual({
      exitCode: 2,
      out: '',
      err: expect.stringContaining(`There is no provider ${named}. ${known}`),
    });
    expect(existsSync(database())).toBe(false);
  });

  test('is refused by doctor, before anything is looked at', async () => {
    expect(await run(['doctor', '--provider', 'opnai'])).toEqual({
      exitCode: 1,
      out: '',
      err: expect.stringContaining(`There is no provider "opnai". ${known}`),
    });
  });

  test('is none of those that do, with commas or without', async () => {
    await run(['keys', 'create', '--providers', 'echo,xai', 'google']);
    const { out } = await run(['keys', 'list', '--json']);
    expect(JSON.parse(out)).toEqual([expect.objectContaining({ providers: ['echo', 'xai', 'google'] })]);
  });
});

test('doctor ends with 1 when a configured provider cannot be reached', async () => {
  await using vendor = await startSimulatorHost({ simulator: createOpenAISimulator({ refuseWithStatus: 500 }) });
  const { exitCode, out } = await run(['doctor'], { OPENAI_BASE_URL: `${vendor.url}/v1` });
  expect(exitCode).toBe(1);
  expect(out).toMatch(/openai +failed +.*500/);
});

describe('the command line', () => {
  test('--help lists every variable', async () => {
    const { exitCode, out } = await run(['--help']);
    expect(exitCode).toBe(0);
    for (const name of ['HOST', 'PORT', 'SPEKO_API_KEYS', 'OPENAI_API_KEY', 'SPEKO_MAX_SESSIONS', 'LOG_LEVEL']) {
      expect(out).toContain(`\n  ${name} `);
    }
  });

  test('--version is the version of the package', async () => {
    expect(await run(['--version'])).toEqual({ exitCode: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+$/), err: '' });
  });

  test.each([[['sevre']], [['keys', 'revoke']], [['doctor', '--model', 'x']], [['--port', '80']]])(
    '%j is answered with exit code 2 and a pointer to the help',
    async (args) => {
      const { exitCode, out, err } = await run(args);
      expect(exitCode).toBe(2);
      expect(out).toBe('');
      expect(err).toContain('--help');
    },
  );
});
