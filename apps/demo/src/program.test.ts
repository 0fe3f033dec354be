import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeWav, levelDbfs, pcmToSamples } from '@speko/audio';
import { startSimulatorHost } from '@speko/simulator-kit/host';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram, type RunOptions } from './program.ts';
import { DEMO_PROVIDERS, type DemoProvider } from './providers.ts';
import type { DemoReport } from './run-demo.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'speko-demo-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(args: readonly string[], options: Partial<RunOptions> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runProgram({
    args,
    env: {},
    print: (line) => out.push(line),
    remark: (line) => err.push(line),
    colors: false,
    ...options,
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

/** The simulated vendor with something left out. */
function openaiWith(options: Parameters<typeof createOpenAISimulator>[0]): DemoProvider[] {
  return DEMO_PROVIDERS.flatMap((provider) =>
    provider.vendor === undefined
      ? []
      : [{ ...provider, vendor: { ...provider.vendor, createSimulator: () => createOpenAISimulator(options) } }],
  );
}

describe.concurrent('calls in real time', { timeout: 60_000 }, () => {
  test('--provider echo --json prints one JSON document, writes the reply and ends with 0', async () => {
    const cli = join(import.meta.dirname, 'cli.ts');
    const args = ['--conditions=@speko/source', cli, '--provider', 'echo', '--json', '--out', join(folder, 'echo')];
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    expect(await once(child, 'close')).toEqual([0, null]);

    const report: DemoReport = JSON.parse(out);
    const [call] = report.calls;
    expect(report).toMatchObject({
      ok: true,
      calls: [{ provider: 'echo', endpoint: 'built in', end: { code: 1000, reason: 'client_closed' } }],
    });
    expect(call?.expectations.map(({ name, met }) => `${name}: ${met}`)).toEqual([
      'ready: true',
      'user transcript: true',
      'assistant audio: true',
      'tool call: true',
      'interruption: true',
      'usage: true',
      'end: true',
      'course: true',
    ]);
    expect(call?.transcript.filter(({ interrupted }) => interrupted).length).toBeGreaterThanOrEqual(1);
    expect(call?.firstAudioMs.length).toBeGreaterThanOrEqual(3);
    expect(call?.wavFile).toBe(join(folder, 'echo', 'echo-reply.wav'));
    const reply = decodeWav(readFileSync(call?.wavFile ?? ''));
    expect(reply.sampleRateHz).toBe(24_000);
    expect(levelDbfs(pcmToSamples(reply.pcm))).toBeGreaterThan(-40);
  });

  test('the call with a simulated vendor is a timeline, a table and a way to the real one', async () => {
    const { exitCode, out } = await run(['--provider', 'openai', '--out', join(folder, 'openai')]);
    expect(out).toContain('openai · model gpt-realtime-2.1 · simulator');
    for (const line of [
      /\d s {2}ready +openai gpt-realtime-2\.1, 24000 Hz in, 24000 Hz out$/m,
      /\d s {2}you +started to speak$/m,
      /\d s {2}you +“simulated: \d\.\d s of speech”$/m,
      /\d s {2}tool call +get_weather\(\{"place":"here"\}\)$/m,
      /\d s {2}tool result +\{"sky":"clear","celsius":18\}$/m,
      /\d s {2}first audio +after \d+ ms$/m,
      /\d s {2}interruption +the assistant is cut off$/m,
      /\d s {2}usage +\d+ audio tokens in, \d+ out$/m,
      /\d s {2}end +client_closed \(1000\)$/m,
      /^provider +model +endpoint +first audio +audio sent +audio received +audio tokens in +out +result$/m,
      /^openai +gpt-realtime-2\.1 +simulator +\d+ ms +\d+\.\d s +\d+\.\d s +\d+ +\d+ +ok$/m,
    ]) {
      expect(out).toMatch(line);
    }
    expect(out).toContain('To call OpenAI for real: export OPENAI_API_KEY=');
    expect(exitCode).toBe(0);
  });

  test('an address alone calls the server there, with its own names, and no key is asked for', async () => {
    const simulator = DEMO_PROVIDERS.find(({ id }) => id === 'openai')?.vendor?.createSimulator();
    await using server = await startSimulatorHost({ ...(simulator && { simulator }), recordFrames: true });
    const env = { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_TRANSCRIPTION_MODEL: 'whisper-1' };
    const { exitCode, out } = await run(['--provider', 'openai', '--out', join(folder, 'own')], { env });
    const { receivedFrames } = await server.nextConnection();
    const update = receivedFrames.find(({ frame }) => typeof frame === 'string' && frame.includes('session.update'));
    expect(update?.frame).toContain('"whisper-1"');
    expect(exitCode).toBe(0);
    expect(out).toContain(`openai · model gpt-realtime-2.1 · ${server.url}/v1`);
    expect(out).not.toContain('To call OpenAI for real');
  });

  test('a vendor that says nothing aloud falls short, by name, with exit code 1 and no WAV file', async () => {
    const providers = openaiWith({ reply: () => ({ text: 'simulated: nothing aloud', audio: new Int16Array(0) }) });
    const { exitCode, out } = await run(['--provider', 'openai', '--out', join(folder, 'silent')], {
      providers,
      stepTimeoutMs: 1_500,
    });
    expect(out).toContain(
      '✗ openai fell short at "assistant audio": more than 1000 ms of audio from the assistant; 0 ms came',
    );
    expect(out).toContain(
      '✗ openai fell short at "course": the call goes as planned; the first sentence was not answered aloud',
    );
    expect(exitCode).toBe(1);
    expect(existsSync(join(folder, 'silent'))).toBe(false);
  });

  test('a vendor that cannot be reached falls short with its own words', async () => {
    const providers = openaiWith({ refuseWithStatus: 401 });
    const { exitCode, out } = await run(['--provider', 'openai', '--json', '--out', join(folder, 'refused')], {
      providers,
      stepTimeoutMs: 5_000,
    });
    const report: DemoReport = JSON.parse(out);
    expect(report.calls[0]).toMatchObject({
      ok: false,
      readyMs: null,
      wavFile: null,
      end: { code: 1011, reason: 'provider_connect_failed' },
    });
    expect(report.calls[0]?.expectations.find(({ name }) => name === 'ready')?.detail).toContain('401');
    expect(exitCode).toBe(1);
  });
});

test('a session that cannot be opened is an entry of the report, and the next provider is called all the same', async () => {
  const providers = [
    { id: 'nobody', model: 'm' },
    { id: 'noone', model: 'm' },
  ];
  const { exitCode, out } = await run(['--json', '--out', join(folder, 'unopened')], { providers });
  const report: DemoReport = JSON.parse(out);
  expect(report).toMatchObject({
    ok: false,
    calls: [
      { provider: 'nobody', ok: false, readyMs: null, end: null, wavFile: null },
      { provider: 'noone', ok: false },
    ],
  });
  expect(report.calls[0]?.expectations.find(({ name }) => name === 'course')).toEqual({
    name: 'course',
    met: false,
    detail: expect.stringMatching(/^the call goes as planned; [A-Z_]+: .*nobody/),
  });
  expect(exitCode).toBe(1);
});

test.each([[['--provider', 'acme']], [['--model', 'x']], [['--verbose']]])(
  '%j is answered with exit code 2',
  async (args) => {
    const { exitCode, out, err } = await run(args);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^error: /);
  },
);
