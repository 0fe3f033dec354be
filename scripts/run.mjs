// One entry for every root command, in plain JavaScript without dependencies: it has to run on Node 20 before
// anything is installed. It finds (or fetches) the right Node and pnpm, installs, builds, then runs the task.

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createStages } from './create-stages.mjs';
import { canInstallChromium, CHROMIUM_ADVICE, CHROMIUM_INSTALL, findChromium } from './find-chromium.mjs';
import { summariseTests } from './summarise-tests.mjs';
import { REPORT_FILE } from './test-report.mjs';

/** With this one what is built runs; it is fetched where there is an older one. */
const NODE_MAJOR = 24;
/** The oldest one that runs this script. */
const OLDEST_NODE_MAJOR = 20;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE_MAJOR) {
  const here = process.versions.node;
  console.error(
    `✗ This needs Node ${OLDEST_NODE_MAJOR} or newer, and this is Node ${here}. Install one from https://nodejs.org.`,
  );
  process.exit(2);
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const onWindows = process.platform === 'win32';
const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  // Any pnpm of the right major version will do; it need not download the exact one.
  npm_config_manage_package_manager_versions: 'false',
};

const { run, attempt, stage, fail } = createStages({ cwd: root, env });

// npm takes the `--` before a script's arguments away, and pnpm hands it on.
const [task, ...args] = process.argv.slice(2).filter((arg, at) => arg !== '--' || at > 1);
const tasks = {
  async demo() {
    await prepare('@speko/demo');
    await handOver('apps/demo/dist/cli.js', args);
  },
  async start() {
    // Before the build, which takes a minute: afterwards the gateway would say the same.
    if (args.length === 0) await refuseUsedPort();
    await gateway('serve');
  },
  doctor: () => gateway('doctor'),
  keys: () => gateway('keys'),
  async 'pack:all'() {
    await prepare('./packages/*', '@speko/gateway');
    await handOver('scripts/pack-all.mjs', args);
  },
  async attack() {
    await prepare('@speko/tests-attacks');
    await handOver('tests/attacks/src/cli.ts', args);
  },
  async 'test:clients'() {
    await prepare('@speko/tests-clients');
    await handOver('tests/clients/src/cli.ts', args);
  },
  async 'release:dry'() {
    // To read what it can do nothing need be built.
    if (args.some((arg) => arg === '--help' || arg === '-h')) await findTools();
    else await prepare('./packages/*', '@speko/gateway');
    await handOver('tests/packaging/src/release-dry/cli.ts', args);
  },
  async test() {
    await findTools();
    await install();
    await provideChromium();
    await check();
  },
  check,
  async build() {
    await findTools();
    await install();
    await passThrough('pnpm', ['exec', 'turbo', 'run', 'build', ...args]);
  },
  typecheck: () => passThrough('pnpm', ['exec', 'turbo', 'run', 'typecheck', 'typecheck:neutral', ...args]),
  // Asked by `findTools` from inside npx: which PATH leads to the fetched tools?
  'print-path': () => console.log(JSON.stringify(process.env.PATH)),
};

if (!Object.hasOwn(tasks, task ?? '')) {
  const names = Object.keys(tasks).filter((name) => name !== 'print-path');
  console.error(`Usage: node scripts/run.mjs ${names.join('|')} [arguments]`);
  process.exit(2);
}
await tasks[task]();

async function gateway(command) {
  await prepare('@speko/gateway');
  await handOver('apps/gateway/dist/cli.js', [command, ...args]);
}

/** @param packageNames - as pnpm's filters take them */
async function prepare(...packageNames) {
  await findTools();
  await install();
  await stage('build', 'pnpm', [
    'exec',
    'turbo',
    'run',
    'build',
    ...packageNames.map((name) => `--filter=${name}`),
    '--output-logs=errors-only',
  ]);
}

/** Ends the program if the gateway's address is taken. Whatever else is wrong with it is for the gateway to say. */
async function refuseUsedPort() {
  const host = env.HOST || '127.0.0.1';
  const port = Number(env.PORT || 8787);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return;
  const isUsed = await new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }) => resolve(code === 'EADDRINUSE'));
    server.listen({ host, port }, () => server.close(() => resolve(false)));
  });
  if (!isUsed || (await isDraining(host, port))) return;
  console.error(
    `✗ Port ${port} of ${host} is in use by another program. Stop that one, or set PORT to another port (0 takes a free one).`,
  );
  process.exit(1);
}

/** A gateway that shuts down leaves its port soon, and the next one waits for it. */
async function isDraining(host, port) {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? (host.includes(':') ? `[${host}]` : host);
  try {
    const answer = await fetch(`http://${reachable}:${port}/readyz`, { signal: AbortSignal.timeout(2000) });
    return answer.status === 503 && (await answer.json()).status === 'draining';
  } catch {
    return false;
  }
}

async function check() {
  const browserNote = useChromium();
  await turbo('build');
  await Promise.all([checkSources(), checkPublicTypes()]);
  await runTests(browserNote);
}

/** Types as well: the linter has the compiler in it, and asks it once instead of once per package. */
async function checkSources() {
  await stage('format', 'pnpm', ['exec', 'oxfmt', '--check'], 'pnpm format');
  await stage('lint and types', 'pnpm', ['exec', 'oxlint'], 'pnpm lint');
  await stage('knip', 'pnpm', ['exec', 'knip']);
}

async function checkPublicTypes() {
  await turbo('typecheck:neutral');
  await stage('typedoc', 'pnpm', ['typedoc']);
}

function turbo(task) {
  const again = `pnpm exec turbo run ${task}`;
  return stage(task, 'pnpm', ['exec', 'turbo', 'run', task, '--output-logs=errors-only'], again);
}

/**
 * Tells the browser tests where their Chromium is. Without one they are skipped, which is returned in words; in
 * continuous integration that would be a hole nobody sees, so there it is a failure.
 */
function useChromium() {
  const path = chromiumPath();
  if (path !== undefined) {
    env.CHROMIUM_PATH = path;
    return undefined;
  }
  if (isContinuousIntegration()) {
    console.error(`✗ The browser tests need Chromium, and there is none here. ${CHROMIUM_ADVICE}`);
    process.exit(1);
  }
  const note = `! THE BROWSER TESTS ARE SKIPPED: there is no Chromium here. ${CHROMIUM_ADVICE}`;
  console.error(note);
  return note;
}

/** Installs a Chromium where there is none and the system lets us; otherwise does nothing. */
async function provideChromium() {
  if (chromiumPath() !== undefined || onWindows) return;
  // Asked of the system, not of Node: the right to install is that of the command.
  const userId = Number(spawnSync('id', ['-u'], { env, encoding: 'utf8' }).stdout?.trim() || Number.NaN);
  if (!canInstallChromium({ env, platform: process.platform, userId })) return;
  const { code, output } = await attempt('chromium', '/bin/sh', ['-c', CHROMIUM_INSTALL]);
  if (code !== 0) process.stderr.write(`${output}\n✗ apt-get could not install chromium; the reason is above.\n`);
}

function chromiumPath() {
  try {
    return findChromium({ env });
  } catch (error) {
    console.error(`✗ ${error.message}`);
    process.exit(1);
  }
}

function isContinuousIntegration() {
  return !['', '0', 'false'].includes((env.CI ?? '').toLowerCase());
}

/** Makes `node` and `pnpm` of the right versions come first in `env.PATH`. */
async function findTools() {
  const wanted = [];
  const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR) wanted.push('-p', `node@${NODE_MAJOR}`);
  const found = spawnSync('pnpm', ['--version'], { cwd: root, env, shell: onWindows, encoding: 'utf8' });
  const pnpmMajor = (version) => version.trim().split('.')[0];
  if (found.status !== 0 || pnpmMajor(found.stdout) !== pnpmMajor(pnpm.split('@')[1])) wanted.push('-p', pnpm);
  if (wanted.length === 0) return;

  const specs = wanted.filter((word) => word !== '-p').join(' and ');
  const out = await stage(
    `fetch ${specs}`,
    'npx',
    ['-y', '--prefer-offline', ...wanted, '--', 'node', 'scripts/run.mjs', 'print-path'],
    `npx -y ${wanted.join(' ')} -- node --version`,
  );
  env.PATH = JSON.parse(out.trim().split('\n').at(-1));
}

async function install() {
  await stage('install', 'pnpm', ['install', '--frozen-lockfile'], 'pnpm install --frozen-lockfile', true);
}

async function runTests(browserNote) {
  const reportFile = join(root, REPORT_FILE);
  rmSync(reportFile, { force: true });
  const reporters = ['--reporter=default', '--reporter=./scripts/test-report.mjs'];
  const { code } = await run('pnpm', ['exec', 'vitest', 'run', ...reporters, ...args], 'inherit');

  let report;
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch {
    fail('tests', 'vitest wrote no report', 'pnpm exec vitest run', code || 1);
  }
  const { lines, isFailure } = summariseTests(report, isContinuousIntegration());
  if (code !== 0 && report.failed === 0) console.error(`vitest ended with exit code ${code}; the reason is above.`);
  if (browserNote !== undefined) console.error(browserNote);
  console.log(lines.join('\n'));
  process.exit(code || (isFailure ? 1 : 0));
}

async function passThrough(command, commandArgs) {
  const { code } = await run(command, commandArgs, 'inherit');
  process.exit(code);
}

/**
 * Runs the task itself. It gets a process group of its own, so that a Ctrl-C in the terminal reaches it once, from us,
 * and not a second time from the terminal.
 */
async function handOver(script, scriptArgs) {
  const { code } = await run('node', [join(root, script), ...scriptArgs], 'inherit', !onWindows);
  process.exit(code);
}
