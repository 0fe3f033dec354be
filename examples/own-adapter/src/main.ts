// A gateway with an adapter of its own, the vendor's stand-in behind it, and a call through both. Exits 1 when the call
// was not what it should be.
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { pcmDurationMs } from '@speko/audio';
import { defineTool, pacedAudio, Speko } from '@speko/client-node';
import { createLogger, createServer, createSqliteStore } from '@speko/server';
import { startSimulatorHost } from '@speko/simulator-kit/host';
import { z } from 'zod';
import { createBrook } from './brook-adapter.ts';
import { createBrookSimulator } from './brook-simulator.ts';

const CLIENT_KEY = 'sk_speko_change_me';

// The vendor. Without the stand-in there would be no `baseUrl` below, and a real key.
const vendor = await startSimulatorHost({
  simulator: createBrookSimulator({
    reply: ({ toolResults: [result] }) =>
      result === undefined
        ? { tools: [{ name: 'opening_hours', arguments: { place: 'library' } }] }
        : { text: `The library is open ${result.output}.` },
  }),
});

// The gateway. Any number of adapters may stand beside each other.
const brook = createBrook();
const server = createServer({
  adapters: [
    {
      state: 'configured',
      adapter: brook,
      options: brook.parseOptions({ apiKey: 'any-key-will-do', baseUrl: vendor.url }),
    },
  ],
  store: createSqliteStore({ path: ':memory:' }),
  configuredKeys: [{ key: CLIENT_KEY, name: 'example' }],
  logger: createLogger({ level: 'warn' }),
});
const { url } = await server.listen({ port: 0 });
console.log(`gateway on ${url}, ${brook.displayName} on ${vendor.url}`);

// The call.
const openingHours = defineTool({
  name: 'opening_hours',
  description: 'When a place is open today.',
  parameters: z.object({ place: z.string() }),
  execute: ({ place }) => (place === 'library' ? 'until nine' : 'never'),
});
const session = await new Speko({ apiKey: CLIENT_KEY, baseUrl: url }).connectRealtime({
  provider: brook.id,
  model: brook.exampleModel,
  voice: 'moss',
  turnDetection: 'manual',
  tools: [openingHours],
  signal: AbortSignal.timeout(30_000),
});

/** Says the first second of a recording, at the pace of real time. */
async function ask(): Promise<void> {
  const recording = await readFile(new URL('../../../assets/speech.wav', import.meta.url));
  let saidMs = 0;
  for await (const chunk of pacedAudio(recording, { sampleRate: session.inputSampleRate })) {
    if (!(await session.sendAudio(chunk))) return;
    saidMs += pcmDurationMs(chunk.byteLength, session.inputSampleRate);
    if (saidMs >= 1000) break;
  }
  session.commit();
}

let heard = '';
let answer = '';
let answerMs = 0;
const asking = ask();

listening: for await (const frame of session) {
  switch (frame.type) {
    case 'ready':
      console.log(`ready: ${frame.provider} ${frame.model}`);
      break;
    case 'audio':
      answerMs += pcmDurationMs(frame.pcm.byteLength, frame.sampleRate);
      break;
    case 'tool_result':
      console.log(`tool ${frame.name}: ${frame.output}`);
      break;
    case 'transcript':
      if (!frame.final) break;
      console.log(`${frame.role}: ${frame.text}`);
      if (frame.role === 'user') {
        heard = frame.text;
        break;
      }
      answer = frame.text;
      break listening;
    case 'error':
      console.error(`${frame.code}: ${frame.message}`);
      break;
    default: // speech, usage and more are there for whoever needs them
  }
}
await asking;
await session.close();
await server.close();
await vendor.close();

const shortfalls = [
  heard !== '1.0 s of speech' && 'the question was not heard as it was said',
  answer !== 'The library is open until nine.' && 'the answer is another one',
  answerMs < 300 && 'the answer is shorter than 0.3 s',
].filter((shortfall) => shortfall !== false);
for (const shortfall of shortfalls) console.error(`failed: ${shortfall}`);
process.exitCode = shortfalls.length === 0 ? 0 : 1;
