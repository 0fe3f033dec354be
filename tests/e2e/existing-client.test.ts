// Clients that existed before this gateway: they know the mint call, the token subprotocol and the base frames, and
// nothing of what was added since. Each holds a whole call: audio both ways, commit, tool result, interrupt, end.
import { once } from 'node:events';
import { Changes } from '@speko/tests-behaviour';
import { describe, expect, test } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { openAIEntry, OPENAI_KEY, startOpenAISimulator } from './helpers/openai-entry.ts';
import { chunksOf, speech } from './helpers/speech.ts';
import { startGateway, type TestGateway } from './helpers/start-gateway.ts';

const TOOL = {
  name: 'get_weather',
  description: 'Weather now.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};

/** What the client sends is one of these, byte for byte. */
const COMMIT = '{"t":"control","action":"commit"}';
const INTERRUPT = '{"t":"interrupt"}';

type Event = Record<string, unknown> & { readonly t: string };

/** The connection of one client library, reduced to what the scenario needs. */
interface OldClient {
  readonly events: Event[];
  readonly audioBytes: number;
  sendText(text: string): void;
  sendAudio(pcm: Buffer): void;
  until<Value>(look: () => Value | undefined | false, what: string): Promise<Value>;
  /** Closes and returns how the socket closed. */
  close(): Promise<{ code: number; reason: string }>;
}

interface MintedSession {
  readonly sessionId: string;
  readonly wsUrl: string;
  readonly wsToken: string;
}

/** `new WebSocket(wsUrl, [wsToken])` of a browser, as Node ships it too: it checks the selected subprotocol. */
async function openBrowser({ wsUrl, wsToken }: MintedSession): Promise<OldClient> {
  const changes = new Changes();
  const events: Event[] = [];
  const audio = { bytes: 0 };
  const socket = new WebSocket(wsUrl, [wsToken]);
  socket.binaryType = 'arraybuffer';
  let closed: { code: number; reason: string } | undefined;
  socket.addEventListener('message', ({ data }: { data: string | ArrayBuffer }) => {
    if (typeof data === 'string') events.push(JSON.parse(data) as Event);
    else audio.bytes += data.byteLength;
    changes.notify();
  });
  socket.addEventListener('close', ({ code, reason }) => {
    closed = { code, reason };
    changes.notify();
  });
  await changes.until(
    () => events.length > 0,
    'the first frame',
    () => socket.readyState,
  );
  expect(socket.protocol).toBe(wsToken);
  expect(socket.extensions).toBe('');
  return {
    events,
    get audioBytes() {
      return audio.bytes;
    },
    sendText: (text) => socket.send(text),
    sendAudio: (pcm) => socket.send(new Uint8Array(pcm)),
    until: (look, what) => changes.until(look, what, () => events),
    close: () => {
      socket.close(1000, 'client_closed');
      return changes.until(
        () => closed,
        'the close',
        () => events,
      );
    },
  };
}

/** `websockets.connect(ws_url, subprotocols=[ws_token])` of Python: compression offered, its own ping in between. */
async function openPython({ wsUrl, wsToken }: MintedSession): Promise<OldClient> {
  const changes = new Changes();
  const events: Event[] = [];
  const audio = { bytes: 0 };
  const socket = new NodeWebSocket(wsUrl, [wsToken], {
    perMessageDeflate: true,
    headers: { 'User-Agent': 'Python/3.12 websockets/15.0' },
  });
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) audio.bytes += data.byteLength;
    else events.push(JSON.parse(data.toString('utf8')) as Event);
    changes.notify();
  });
  await once(socket, 'open');
  expect(socket.protocol).toBe(wsToken);
  socket.ping();
  await once(socket, 'pong');
  return {
    events,
    get audioBytes() {
      return audio.bytes;
    },
    // Long texts and audio may leave this library in fragments.
    sendText: (text) => {
      socket.send(text.slice(0, 5), { fin: false, binary: false });
      socket.send(text.slice(5), { binary: false });
    },
    sendAudio: (pcm) => socket.send(pcm, { binary: true }),
    until: (look, what) => changes.until(look, what, () => events),
    async close() {
      socket.close(1000, 'client_closed');
      const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
      return { code, reason: reason.toString() };
    },
  };
}

const gateways: [string, string, () => Promise<TestGateway>][] = [
  ['echo', 'echo-tools', () => startGateway()],
  [
    'openai',
    'gpt-realtime-2.1',
    async () => {
      const host = await startOpenAISimulator({
        callTools: 'every-turn',
        responseDelayMs: 10,
        transcriptionDelaysMs: [10],
      });
      return startGateway({ adapters: [openAIEntry(host.url)], secrets: [OPENAI_KEY] });
    },
  ],
];

describe.each(gateways)('[HS1] [CF1] [CF4] [BI3] [TL1] [TL2] [SF4] %s', (provider, model, start) => {
  test.each([
    ['a browser', openBrowser],
    ['the Python client', openPython],
  ])('%s holds a call', async (_title, open) => {
    const gateway = await start();
    const response = await fetch(`${gateway.url}/v1/sessions`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${gateway.key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        mode: 's2s',
        s2s: { provider, model, systemPrompt: 'Be brief.', tools: [TOOL] },
        ttlSeconds: 300,
      }),
    });
    expect(response.status).toBe(201);
    const minted = (await response.json()) as MintedSession & { mode: string; expiresAt: string };
    expect(minted.mode).toBe('s2s');
    expect(Date.parse(minted.expiresAt)).toBeGreaterThan(Date.now());
    const client = await open(minted);
    const ready = await client.until(() => client.events.find(({ t }) => t === 'ready'), 'ready');
    expect(ready).toMatchObject({ inputSampleRate: 24_000, outputSampleRate: 24_000 });

    const ask = async (turn: number): Promise<void> => {
      for (const chunk of chunksOf(speech({ ms: 2400 }))) client.sendAudio(chunk);
      client.sendText(COMMIT);
      const calls = () => client.events.filter(({ t }) => t === 'tool_call');
      const call = await client.until(() => calls()[turn], `tool call ${turn}`);
      expect(call).toMatchObject({ name: 'get_weather', callId: expect.any(String) });
      JSON.parse(String(call['arguments']));
      client.sendText(
        JSON.stringify({ t: 'tool_result', callId: call['callId'], output: '{"sky":"clear","celsius":21}' }),
      );
    };

    // A turn that is heard to its end.
    await ask(0);
    await client.until(() => client.audioBytes > 24_000, 'the answer');
    await client.until(() => client.events.filter(({ t }) => t === 'usage').length >= 2, 'usage of both responses');
    const said = () => client.events.filter((event) => event.t === 'transcript' && event['role'] === 'assistant');
    await client.until(() => said().some(({ text }) => String(text).includes('get_weather answered')), 'the words');
    await client.until(
      () => client.events.some((e) => e.t === 'transcript' && e['role'] === 'user' && e['final'] === true),
      'my words',
    );

    // One that is interrupted.
    const heardBytes = client.audioBytes;
    await ask(1);
    await client.until(() => client.audioBytes > heardBytes, 'the second answer');
    client.sendText(INTERRUPT);
    const mark = await client.until(
      () => client.events.find((e) => e.t === 'interruption' && e['turn'] === said().at(-1)?.['turn']),
      'interruption',
    );
    expect(mark).toMatchObject({ at: 'assistant' });
    await client.until(
      () => said().some((event) => event['final'] === true && event['interrupted'] === true),
      'the final',
    );

    expect(client.events.filter(({ t }) => t === 'error')).toEqual([]);
    expect(await client.close()).toEqual({ code: 1000, reason: 'client_closed' });
    expect(await gateway.record(minted.sessionId)).toMatchObject({
      status: 'ended',
      endReason: 'client_closed',
      provider,
      lastError: null,
      audio: { inputMs: 4800 },
    });
  });
});

test('[EN1] such a client learns the end reason from the frame and from the close reason', async () => {
  const gateway = await startGateway();
  const minted = await gateway.mint({ provider: 'echo', model: 'echo' });
  const client = await openPython(minted);
  await client.until(() => client.events.some(({ t }) => t === 'ready'), 'ready');
  await gateway.post(`/v1/sessions/${minted.sessionId}/end`, '');
  await client.until(() => client.events.some(({ t, reason }) => t === 'end' && reason === 'ended_by_api'), 'end');
  expect(client.events.at(-1)).toEqual({ t: 'end', reason: 'ended_by_api' });
});
