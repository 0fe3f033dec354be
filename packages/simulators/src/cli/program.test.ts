import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, type RawData } from 'ws';
import { runProgram } from './program.ts';

/** A run of the command, its lines as they come. */
function start(...args: string[]) {
  const stop = new AbortController();
  const printed: string[] = [];
  const remarked: string[] = [];
  const waiting: { pattern: RegExp; found: (line: string) => void }[] = [];
  const code = runProgram({
    args,
    print(line) {
      printed.push(...line.split('\n'));
      for (const { pattern, found } of waiting) if (pattern.test(line)) found(line);
    },
    remark: (line) => void remarked.push(line),
    signal: stop.signal,
  });
  onTestFinished(async () => {
    stop.abort();
    await code;
  });
  return {
    printed,
    remarked,
    code,
    stop: () => stop.abort(),
    line: (pattern: RegExp): Promise<string> => {
      const line = printed.find((each) => pattern.test(each));
      return line === undefined ? new Promise((found) => waiting.push({ pattern, found })) : Promise.resolve(line);
    },
  };
}

async function urlIn(line: Promise<string>): Promise<string> {
  return (/_BASE_URL=http(\S+)/.exec(await line)?.[1] ?? '').replace(/^/, 'ws');
}

function textOf(data: RawData): string {
  return Buffer.from(data as Buffer).toString('utf8');
}

/** @returns the first message, or the status of a refusal */
function connect(url: string, headers: Record<string, string> = { authorization: 'Bearer any-key' }) {
  const socket = new WebSocket(url, { headers });
  onTestFinished(() => socket.terminate());
  return new Promise<{ socket: WebSocket; first: string }>((resolve, reject) => {
    socket.once('message', (data) => resolve({ socket, first: textOf(data) }));
    socket.once('unexpected-response', (_request, response) =>
      resolve({ socket, first: `HTTP ${response.statusCode}` }),
    );
    socket.once('error', reject);
  });
}

describe('speko-simulators', () => {
  test('[SIM1] serves one vendor at the root, and says what leads the gateway there', async () => {
    const run = start('openai', '--port', '0');
    const line = await run.line(/OPENAI_BASE_URL/);
    expect(line).toMatch(/^OpenAI Realtime {2}OPENAI_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/v1 OPENAI_API_KEY=any-key$/);
    const { first } = await connect(`${await urlIn(run.line(/OPENAI_BASE_URL/))}/realtime?model=gpt-realtime-2.1`);
    expect(JSON.parse(first)).toMatchObject({ type: 'session.created' });
    run.stop();
    expect(await run.code).toBe(0);
  });

  test('[SIM1] serves all vendors under a path each', async () => {
    const run = start('--port', '0');
    expect(await run.line(/GEMINI_BASE_URL/)).toMatch(/\/google GEMINI_API_KEY=any-key$/);
    expect(await run.line(/OPENAI_BASE_URL/)).toMatch(/\/openai\/v1 OPENAI_API_KEY=any-key$/);
    const { first } = await connect(`${await urlIn(run.line(/XAI_BASE_URL/))}/realtime?model=grok-voice-3.0`);
    expect(JSON.parse(first)).toMatchObject({ type: expect.stringContaining('.created') });
  });

  test('[SIM2] gives each connection what the script says, and each session the fault', async () => {
    const run = start('xai', '--port', '0', '--network', 'refuse:503,ok', '--fault', 'no-session-created');
    const url = `${await urlIn(run.line(/XAI_BASE_URL/))}/realtime?model=grok-voice-3.0`;
    expect((await connect(url)).first).toBe('HTTP 503');
    const { first } = await connect(url);
    expect(JSON.parse(first)).toMatchObject({ type: 'conversation.created' });
  });

  test('[SIM2] says what it was told to say', async () => {
    const run = start('openai', '--port', '0', '--answer', 'Good evening.');
    const { socket } = await connect(`${await urlIn(run.line(/OPENAI_BASE_URL/))}/realtime?model=gpt-realtime-2.1`);
    const said = new Promise<string>((resolve) => {
      socket.on('message', (data) => {
        const event = JSON.parse(textOf(data)) as { type: string; transcript?: string };
        if (event.type === 'response.output_audio_transcript.done') resolve(event.transcript ?? '');
      });
    });
    const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello?' }] };
    socket.send(JSON.stringify({ type: 'conversation.item.create', item }));
    socket.send(JSON.stringify({ type: 'response.create' }));
    expect(await said).toBe('Good evening.');
  });

  test('[SIM4] prints no query, header or message of a connection', async () => {
    const run = start('openai', '--port', '0', '--network', 'ok,refuse:503');
    const url = `${await urlIn(run.line(/OPENAI_BASE_URL/))}/realtime?model=gpt-realtime-2.1&key=secret-in-query`;
    const { socket } = await connect(url, { authorization: 'Bearer secret-in-header' });
    socket.send('{"type":"secret-in-message"}');
    socket.close(1000);
    expect(await run.line(/closed with/)).toMatch(/^openai #1 closed with 1000: \d messages received, \d sent$/);
    await connect(url);
    expect(await run.line(/refused/)).toBe('refused with 503: /v1/realtime');
    expect(run.printed.join('\n')).not.toContain('secret');
  });

  test.each([
    [['frob'], 'error: no vendor "frob"; known are '],
    [['openai', '--fault', 'nix'], 'error: openai: There is no fault "nix" here. Known: drop, close-1011,'],
    [['--port', '70000'], 'A port is a whole number from 0 to 65535.'],
    [['--port', 'x'], 'A port is a whole number from 0 to 65535.'],
    [['--network', 'frob'], '"frob" is no word of a network script.'],
    [['--call-tools', 'never'], 'Allowed choices are first-turn, every-turn, on-request.'],
    [['--frob'], "error: unknown option '--frob'"],
  ])('[SIM3] %j ends with 2', async (args, message) => {
    const run = start(...args);
    expect(await run.code).toBe(2);
    expect(run.remarked.join('\n')).toContain(message);
    expect(run.printed).toEqual([]);
  });

  test('[SIM3] a used port ends with 1, and says what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const run = start('openai', '--port', String(port));
    expect(await run.code).toBe(1);
    expect(run.remarked).toEqual([
      `Port ${port} of 127.0.0.1 is in use. Choose another one with --port; 0 takes a free one.`,
    ]);
  });

  test('[SIM3] explains itself', async () => {
    const help = start('--help');
    expect(await help.code).toBe(0);
    expect(help.printed.join('\n')).toContain('--network refuse:503,frame-delay:80+drop-after:20,ok');
    const faults = start('openai', '--list-faults');
    expect(await faults.code).toBe(0);
    expect(faults.printed[0]).toBe('OpenAI Realtime (openai)');
    expect(faults.printed).toContain('  no-answer               The first response.create is ignored.');
  });
});
