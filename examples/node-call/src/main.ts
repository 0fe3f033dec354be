// A whole call: mint, connect, play a recording, answer a tool call, keep the reply. Exits 1 when the call fell short.
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { decodeWav, encodeWav, pcmDurationMs } from '@speko/audio';
import { defineTool, pacedAudio, Speko } from '@speko/client-node';
import { z } from 'zod';

const { SPEKO_PROVIDER = 'echo', SPEKO_MODEL = 'echo-tools' } = process.env;
const [questionFile = new URL('../../../assets/speech.wav', import.meta.url), replyFile = 'reply.wav'] =
  process.argv.slice(2);

const getWeather = defineTool({
  name: 'get_weather',
  description: 'The weather in a city today.',
  parameters: z.object({ city: z.string().default('Rome') }),
  execute: ({ city }) => ({ city, sky: 'clear', celsius: 24 }),
});

const question = await readFile(questionFile);
const speko = new Speko(); // takes SPEKO_API_KEY and SPEKO_BASE_URL
const session = await speko.connectRealtime({
  provider: SPEKO_PROVIDER,
  model: SPEKO_MODEL,
  systemPrompt: 'Answer in one sentence. Use get_weather for questions about the weather.',
  turnDetection: 'manual',
  tools: [getWeather],
  signal: AbortSignal.timeout(60_000),
});
console.log(`session ${session.sessionId}`);

/** Talks at the pace of real time, as a microphone would; then says that the turn is over. */
async function ask(): Promise<void> {
  for await (const chunk of pacedAudio(question, { sampleRate: session.inputSampleRate })) {
    if (!(await session.sendAudio(chunk))) return;
  }
  session.commit();
}

const REPLY: Uint8Array[] = [];
let transcript = '';
let toolOutput = '';
const asking = ask();

listening: for await (const frame of session) {
  switch (frame.type) {
    case 'ready':
      console.log(`ready: ${frame.provider} ${frame.model}`);
      break;
    case 'audio':
      REPLY.push(frame.pcm);
      break;
    case 'tool_result':
      console.log(`tool ${frame.name}: ${frame.output}`);
      toolOutput = frame.output;
      break;
    case 'transcript':
      if (!frame.final) break;
      console.log(`${frame.role}: ${frame.text}`);
      if (frame.role === 'user') break;
      transcript = frame.text;
      break listening;
    case 'speech':
      // A file "hears" everything at once: saying so settles the turn without waiting for a loudspeaker.
      if (frame.role === 'assistant' && frame.state === 'stopped') session.reportPlayback(frame.turn, replyMs());
      break;
    case 'error':
      console.error(`${frame.code}: ${frame.message}`);
      break;
    case 'close':
      console.log(`closed: ${frame.code} ${frame.reason}`);
      break;
    default: // speech, usage and more are there for whoever needs them
  }
}
await asking;
await session.close();

await writeFile(replyFile, encodeWav({ pcm: Buffer.concat(REPLY), sampleRateHz: session.outputSampleRate }));
console.log(`wrote ${(replyMs() / 1000).toFixed(1)} s of reply to ${replyFile}`);

// The echo says back what it heard, to the last bit; a vendor's model says something of its own.
const shortfalls = [
  replyMs() < 300 && 'the reply is shorter than 0.3 s',
  transcript === '' && 'the reply has no transcript',
  SPEKO_MODEL === 'echo-tools' && toolOutput !== '{"city":"Rome","sky":"clear","celsius":24}' && 'the tool did not run',
  SPEKO_PROVIDER === 'echo' && !sameAsQuestion() && 'the echo is not what was said',
].filter((shortfall) => shortfall !== false);
for (const shortfall of shortfalls) console.error(`failed: ${shortfall}`);
process.exitCode = shortfalls.length === 0 ? 0 : 1;

function replyMs(): number {
  return REPLY.reduce((sum, pcm) => sum + pcmDurationMs(pcm.byteLength, session.outputSampleRate), 0);
}

function sameAsQuestion(): boolean {
  const { pcm, sampleRateHz } = decodeWav(question);
  return sampleRateHz === session.inputSampleRate && Buffer.concat(REPLY).equals(pcm);
}
