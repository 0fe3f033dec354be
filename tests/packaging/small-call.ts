// A small call of the Node client, which `runtimes.test.ts` runs in other runtimes. Says as JSON what came of it.
import process from 'node:process';
import { defineTool, encodeWav, pacedAudio, RealtimeSession, Speko } from '@speko/client-node';

/** Half a second that detectors of speech take for speech. */
const voice = Int16Array.from({ length: 22_050 }, (_, index) => 9000 * Math.sin((2 * Math.PI * 180 * index) / 44_100));

const echo = { provider: 'echo', model: 'echo-tools' } as const;
const asked: unknown[] = [];
const getTime = defineTool<{ zone?: string }>({
  name: 'get_time',
  description: 'The time.',
  parameters: { type: 'object', properties: { zone: { type: 'string' } } },
  execute(args, context) {
    asked.push([typeof args, typeof context.arguments]);
    return { time: '12:00' };
  },
});

const speko = new Speko(); // SPEKO_API_KEY, SPEKO_BASE_URL
const session = await speko.connectRealtime({ ...echo, turnDetection: 'manual', tools: [getTime] });
const wav = encodeWav({ pcm: voice, sampleRateHz: 44_100 });
for await (const chunk of pacedAudio(wav)) await session.sendAudio(chunk);
session.commit();
let bytes = 0;
let isAligned = true;
const types = new Set<string>();
for await (const frame of session) {
  types.add(frame.type);
  if (frame.type === 'audio') {
    bytes += frame.pcm.byteLength;
    isAligned &&= frame.pcm.byteOffset === 0 && frame.pcm.buffer.byteLength === frame.pcm.byteLength;
  }
  if (frame.type === 'transcript' && frame.role === 'assistant' && frame.final) await session.close();
}

const info = await speko.createSession(echo);
const open = await RealtimeSession.open(info);
const refused = await failure(() => RealtimeSession.open(info));
await open.close();
const unreachable = await failure(() => new Speko({ baseUrl: 'http://127.0.0.1:1' }).createSession(echo));
const unopened = await failure(() => RealtimeSession.open({ ...info, wsUrl: 'ws://127.0.0.1:1/' }));
const invalid = await failure(() => session.sendAudio(new Float32Array(2) as never));

process.stdout.write(
  JSON.stringify({
    types: [...types].sort(),
    hasAudio: bytes > 9_600,
    isAligned,
    asked,
    refused,
    unreachable,
    unopened,
    invalid,
  }),
);

async function failure(attempt: () => Promise<unknown>): Promise<unknown> {
  try {
    await attempt();
    return 'no failure';
  } catch (error) {
    const { code, cause } = error as { code: string; cause?: unknown };
    return cause === undefined ? code : `${code} with a cause`;
  }
}
