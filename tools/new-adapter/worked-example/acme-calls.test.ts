import { Speko, type SessionFrame } from '@speko/client-node';
import { createLogger, createServer, createSqliteStore } from '@speko/server';
// Calls over real sockets: Node client, gateway, adapter, and the simulator in the vendor's place.
import { startSimulatorHost } from '@speko/simulator-kit/host';
import { createAcmeSimulator } from '@speko/simulators/acme';
import { expect, test } from 'vitest';
import { createAcme } from './acme-adapter.ts';

const CLIENT_KEY = 'sk_speko_made_up_key';

/** Short answers make short calls. */
const simulator = createAcmeSimulator({
  reply: ({ userText, toolResults, tools }) => {
    if (toolResults.length > 0) return { text: `It is ${toolResults[0]?.output}.` };
    if (tools.length > 0) return { tools: [{ name: 'lookup', arguments: {} }] };
    return { text: userText === 'Hello.' ? 'Hello you.' : 'Once there was a lighthouse by the sea.' };
  },
});

async function startCall(options: { readonly apiKey?: string; readonly tools?: boolean } = {}) {
  const host = await startSimulatorHost({ simulator });
  const acme = createAcme();
  const server = createServer({
    adapters: [
      {
        state: 'configured',
        adapter: acme,
        options: acme.parseOptions({ apiKey: options.apiKey ?? 'made-up-key', baseUrl: host.url }),
      },
    ],
    store: createSqliteStore({ path: ':memory:' }),
    configuredKeys: [{ key: CLIENT_KEY, name: 'test' }],
    logger: createLogger({ level: 'silent' }),
  });
  const { url } = await server.listen({ port: 0 });
  const session = await new Speko({ apiKey: CLIENT_KEY, baseUrl: url }).connectRealtime({
    provider: 'acme',
    model: acme.exampleModel,
    tools: options.tools === true ? [{ name: 'lookup', description: 'Looks up.', parameters: { type: 'object' } }] : [],
  });
  const frames = session[Symbol.asyncIterator]();
  return {
    session,
    /** Reads on until this frame comes. */
    async until(matches: (frame: SessionFrame) => boolean): Promise<SessionFrame[]> {
      const seen: SessionFrame[] = [];
      for (;;) {
        const { value, done } = await frames.next();
        if (done === true) throw new Error(`The call is over. Seen: ${seen.map(({ type }) => type).join(', ')}.`);
        seen.push(value);
        if (matches(value)) return seen;
      }
    },
    async [Symbol.asyncDispose]() {
      await session.close();
      await server.close();
      await host.close();
    },
  };
}

test('[ACME5] typed text is answered in words and sound', async () => {
  await using call = await startCall();
  call.session.sendText('Hello.');
  const seen = await call.until((frame) => frame.type === 'transcript' && frame.role === 'assistant' && frame.final);
  expect(seen.find((frame) => frame.type === 'ready')).toMatchObject({ provider: 'acme', model: 'acme-1' });
  expect(seen.at(-1)).toMatchObject({ text: 'Hello you.' });
  expect(seen.some((frame) => frame.type === 'audio' && frame.pcm.byteLength > 0)).toBe(true);
});

test('[ACME5] an interruption by the client ends the answer', async () => {
  await using call = await startCall();
  call.session.sendText('Tell me a story.');
  await call.until((frame) => frame.type === 'audio');
  call.session.interrupt({ playedMs: 0 });
  const seen = await call.until((frame) => frame.type === 'interruption');
  expect(seen.at(-1)).toMatchObject({ at: 'assistant' });
});

test('[ACME5] a tool is called, and its result is answered', async () => {
  await using call = await startCall({ tools: true });
  call.session.sendText('Please call lookup.');
  const asked = (await call.until((frame) => frame.type === 'tool_call')).at(-1);
  if (asked?.type !== 'tool_call') throw new Error('no tool was called');
  call.session.sendToolResult(asked.callId, 'green');
  const seen = await call.until((frame) => frame.type === 'transcript' && frame.role === 'assistant' && frame.final);
  expect(seen.at(-1)).toMatchObject({ text: 'It is green.' });
});

test('[ACME5] a key that the vendor refuses ends the call with the reason', async () => {
  await using call = await startCall({ apiKey: 'invalid' });
  const seen = await call.until((frame) => frame.type === 'error' && frame.fatal);
  expect(seen.at(-1)).toMatchObject({
    code: 'S2S_PROVIDER_CONNECT_FAILED',
    message: expect.stringContaining('The key is not valid.'),
  });
});
