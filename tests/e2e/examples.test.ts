// The programs of examples/ that take a running gateway: each checks its own call, and ends with 0 only if it was right.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { decodeWav, encodeWav } from '@speko/audio';
import { expect, onTestFinished, test } from 'vitest';
import { speech } from './helpers/speech.ts';
import { startGateway } from './helpers/start-gateway.ts';

interface Run {
  readonly exitCode: number | string | null | undefined;
  readonly lines: readonly string[];
  readonly stderr: string;
}

interface RunOptions {
  readonly url: string;
  readonly key: string;
  readonly args?: readonly string[];
}

/** Runs an example as its README says, but on the sources of the packages. */
function runExample(name: string, { url, key, args = [] }: RunOptions): Promise<Run> {
  const main = fileURLToPath(new URL(`../../examples/${name}/src/main.ts`, import.meta.url));
  const others = Object.entries(process.env).filter(([variable]) => !variable.startsWith('SPEKO_'));
  const env = { ...Object.fromEntries(others), SPEKO_API_KEY: key, SPEKO_BASE_URL: url };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=@speko/source', main, ...args],
      { env },
      (_error, stdout, stderr) => resolve({ exitCode: child.exitCode, lines: stdout.trimEnd().split('\n'), stderr }),
    );
  });
}

/** A gateway whose echo speaks as fast as it does by default. */
function startEchoGateway() {
  return startGateway({ echo: { speed: 4 } });
}

/** A question of 1.2 s, and where the answer goes. */
function makeFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'speko-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = { question: join(folder, 'question.wav'), reply: join(folder, 'reply.wav') };
  const pcm = speech({ ms: 1200 });
  writeFileSync(files.question, encodeWav({ pcm, sampleRateHz: 24_000 }));
  return { ...files, pcm };
}

test('node-call plays its recording, has its tool called and keeps the reply', async () => {
  const { url, key } = await startEchoGateway();
  const { question, reply, pcm } = makeFiles();
  const { exitCode, lines, stderr } = await runExample('node-call', { url, key, args: [question, reply] });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(lines[0]).toMatch(/^session ses_\w+$/);
  expect(lines.slice(1)).toEqual([
    'ready: echo echo-tools',
    'user: (1.2 s of speech)',
    'tool get_weather: {"city":"Rome","sky":"clear","celsius":24}',
    'assistant: echo: get_weather answered {"city":"Rome","sky":"clear","celsius":24}',
    `wrote 1.2 s of reply to ${reply}`,
  ]);
  const kept = decodeWav(readFileSync(reply));
  expect(kept.sampleRateHz).toBe(24_000);
  expect(Buffer.from(kept.pcm).equals(pcm), 'the echo says back what was said, to the last bit').toBe(true);
});

test('node-call ends with 1 and says what fell short', async () => {
  const { url, key } = await startEchoGateway();
  const { question, reply } = makeFiles();
  // The recording is told to be at another rate: what comes back is resampled, and not what was said.
  writeFileSync(question, encodeWav({ pcm: speech({ ms: 1200, rateHz: 16_000 }), sampleRateHz: 16_000 }));
  const { exitCode, stderr } = await runExample('node-call', { url, key, args: [question, reply] });
  expect(stderr).toBe('failed: the echo is not what was said\n');
  expect(exitCode).toBe(1);
});

test('raw-websocket finds every step of its call as the protocol says', async () => {
  const { url, key } = await startEchoGateway();
  const { exitCode, lines, stderr } = await runExample('raw-websocket', { url, key });
  expect(stderr).toBe('');
  expect(lines.filter((line) => !line.startsWith('frames: '))).toEqual([
    'ok: the mint is answered with 201',
    'ok: the token is selected as subprotocol',
    'ok: the session became ready',
    'ok: what was said is transcribed',
    'ok: the tool was called',
    'ok: the assistant was heard',
    'ok: the interrupt was answered',
    'ok: nothing was heard after that',
    'ok: the end has a reason',
    'ok: the close repeats it',
  ]);
  expect(exitCode).toBe(0);
});

test('raw-websocket ends with 1 and says what the gateway answered to a wrong key', async () => {
  const { url } = await startEchoGateway();
  const { exitCode, lines, stderr } = await runExample('raw-websocket', { url, key: 'sk_speko_wrong' });
  expect(stderr).toBe('');
  expect(lines).toEqual([expect.stringMatching(/^FAILED: the mint is answered with 201 \(\{.*"UNAUTHORIZED".*\}\)$/)]);
  expect(exitCode).toBe(1);
});
