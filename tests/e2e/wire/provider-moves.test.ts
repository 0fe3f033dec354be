import { createGoogle } from '@speko/adapter-google';
import { createXai } from '@speko/adapter-xai';
import type { AdapterEntry } from '@speko/server';
// Provider connections end, announced or not: calls that move to another one, at quiet and at awkward moments.
import type { ProviderSimulator } from '@speko/simulator-kit';
import { startSimulatorHost, type SimulatorHost } from '@speko/simulator-kit/host';
import { createGoogleSimulator } from '@speko/simulators/google';
import { createXaiSimulator } from '@speko/simulators/xai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { interjecting } from '../helpers/leaving-vendor.ts';
import type { PlainCall } from '../helpers/plain-client.ts';
import { runsOf } from '../helpers/runs-of.ts';
import { chunksOf, speech } from '../helpers/speech.ts';
import { startGateway } from '../helpers/start-gateway.ts';

const KEY = 'simulated-0123456789abcdef';
const SENTENCE_MS = 1600;
/** Of each reply, at 24 kHz; every reply has a sample value of its own. */
const REPLY_SAMPLES = 48_000;
/** Long enough that a connection left at once is gone before the answer begins, on a busy machine too. */
const RESPONSE_DELAY_MS = 200;
const TOOLS = [{ name: 'find_tea', description: 'Finds tea.', parameters: { type: 'object', properties: {} } }];

const MOMENTS = [
  'in the middle of a sentence of the user',
  'between the end of a question and its answer',
  'in the middle of an answer',
  'while the result of a tool is awaited',
  'right after a turn',
] as const;
type Moment = (typeof MOMENTS)[number];

interface Vendor {
  readonly model: string;
  entry(baseUrl: string): AdapterEntry;
  simulator(reply: (turn: AskedTurn) => Reply): ProviderSimulator;
  /** What it has just said at such a moment. */
  readonly says: Readonly<Record<Moment, RegExp>>;
  /** Announces the end of its connections. */
  readonly announces: boolean;
}

interface AskedTurn {
  readonly userTurnIndex: number;
  readonly userSpeechMs: number;
  readonly tools: readonly unknown[];
}

interface Reply {
  readonly text?: string;
  readonly audio?: Int16Array;
  readonly tools?: readonly { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }[];
}

const VENDORS = {
  google: {
    model: 'gemini-3.8-live',
    entry(baseUrl) {
      const adapter = createGoogle();
      return { state: 'configured', adapter, options: adapter.parseOptions({ apiKey: KEY, baseUrl }) };
    },
    simulator: (reply) =>
      createGoogleSimulator({
        reply,
        setupDelayMs: 1,
        responseDelayMs: RESPONSE_DELAY_MS,
        audioSpeed: 10,
        playbackSpeed: 20,
      }),
    says: {
      'in the middle of a sentence of the user': /"ACTIVITY_START"/,
      'between the end of a question and its answer': /"ACTIVITY_END"/,
      'in the middle of an answer': /"modelTurn"/,
      'while the result of a tool is awaited': /"toolCall"/,
      'right after a turn': /"turnComplete"/,
    },
    announces: true,
  },
  xai: {
    model: 'grok-voice-3.0',
    entry(baseUrl) {
      const adapter = createXai();
      return { state: 'configured', adapter, options: adapter.parseOptions({ apiKey: KEY, baseUrl: `${baseUrl}/v1` }) };
    },
    simulator: (reply) =>
      createXaiSimulator({ reply, responseDelayMs: RESPONSE_DELAY_MS, audioSpeed: 10, transcriptionDelaysMs: [5] }),
    says: {
      'in the middle of a sentence of the user': /"input_audio_buffer.speech_started"/,
      'between the end of a question and its answer': /"input_audio_buffer.committed"/,
      'in the middle of an answer': /"response.output_audio.delta"/,
      'while the result of a tool is awaited': /"response.function_call_arguments.done"/,
      'right after a turn': /"response.done"/,
    },
    announces: false,
  },
} as const satisfies Record<string, Vendor>;

interface Answered {
  readonly userTurnIndex: number;
  readonly userSpeechMs: number;
  readonly text: string;
}

/** @param timeLeft - as the vendor states it, or `drop` for no word but a cut */
async function setUp(provider: keyof typeof VENDORS, moment: RegExp, timeLeft: string) {
  const vendor: Vendor = VENDORS[provider];
  const answered: Answered[] = [];
  const reply = ({ userTurnIndex, userSpeechMs, tools }: AskedTurn): Reply => {
    if (tools.length > 0 && answered.every(({ text }) => text !== 'call')) {
      answered.push({ userTurnIndex, userSpeechMs, text: 'call' });
      return { tools: [{ name: 'find_tea', arguments: {} }] };
    }
    const text = `Answer ${answered.length + 1}.`;
    answered.push({ userTurnIndex, userSpeechMs, text });
    return { text, audio: new Int16Array(REPLY_SAMPLES).fill(answered.length) };
  };
  const goAway = new TextEncoder().encode(JSON.stringify({ goAway: { timeLeft } }));
  const host = await startSimulatorHost({
    simulator: interjecting(
      vendor.simulator(reply),
      (message) => moment.test(message),
      timeLeft === 'drop' ? { type: 'drop' } : goAway,
    ),
  });
  onTestFinished(() => host.close());
  const gateway = await startGateway({ adapters: [vendor.entry(host.url)], secrets: [KEY] });
  return {
    host,
    answered,
    start: (s2s: Record<string, unknown> = {}) => gateway.call({ provider, model: vendor.model, ...s2s }),
  };
}

/** A sentence, as a microphone that stays open sends it: no faster than the vendor takes it, as in a real call. */
async function say(call: PlainCall, host: SimulatorHost, part: 'all' | 'begin' | 'end' = 'all'): Promise<void> {
  const chunks = [...chunksOf(speech({ ms: SENTENCE_MS, silenceMs: 1200 }))];
  const half = SENTENCE_MS / 40;
  const range = { all: chunks, begin: chunks.slice(0, half), end: chunks.slice(half) }[part];
  for (const chunk of range) {
    const vendor = host.openConnections.at(-1);
    const before = vendor?.receivedCount ?? 0;
    call.sendAudio(chunk);
    for (let wait = 0; wait < 20 && vendor?.isOpen === true && vendor.receivedCount === before; wait++)
      await call.sync();
  }
}

const finals = (call: PlainCall, role: 'user' | 'assistant') =>
  call.all('transcript', { role, final: true }).map(({ turn }) => turn);
const finalOf = (call: PlainCall, role: 'user' | 'assistant', count: number) =>
  call.until(() => finals(call, role).length >= count, `final ${count} of the ${role}`);

const CASES = (Object.keys(VENDORS) as (keyof typeof VENDORS)[]).flatMap((provider) =>
  MOMENTS.flatMap((moment) =>
    (VENDORS[provider].announces ? ['50s', '0s', 'drop'] : ['drop']).map((left) => [provider, moment, left] as const),
  ),
);

describe('[EN5] [TR6] a provider connection ends, and the client gets one final per turn and every word', () => {
  test.each(CASES)('%s, %s, time left: %s', async (provider, name, timeLeft) => {
    const isPatient = timeLeft === '50s';
    const hasTool = name === 'while the result of a tool is awaited';
    const isMidSentence = name === 'in the middle of a sentence of the user';
    const { host, answered, start } = await setUp(provider, VENDORS[provider].says[name], timeLeft);
    const call = await start(hasTool ? { tools: TOOLS } : {});
    await call.frame('ready');

    await host.nextConnection();
    if (isMidSentence) {
      await say(call, host, 'begin');
      await call.frame('speech', { role: 'user', state: 'started' });
      await say(call, host, 'end');
    } else await say(call, host);
    if (hasTool) {
      const { callId } = await call.frame('tool_call');
      if (!isPatient) await host.nextConnection();
      call.send({ t: 'tool_result', callId, output: '{"stock":4}' });
    }
    await call.frame('speech', { role: 'assistant', state: 'stopped' });
    if (!hasTool || isPatient) await host.nextConnection();
    await finalOf(call, 'user', 1);
    call.send({ t: 'playback', turn: 'a1', playedMs: 10_000 });
    await say(call, host);
    await finalOf(call, 'user', 2);
    await call.until(() => call.all('speech', { role: 'assistant', state: 'stopped' }).length >= 2, 'a second answer');

    call.socket.close(1000);
    await call.end();
    expect(call.all('error')).toEqual([]);
    expect(finals(call, 'user')).toEqual(['u1', 'u2']);
    expect(new Set(finals(call, 'assistant')).size).toBe(finals(call, 'assistant').length);
    expect(call.all('speech', { role: 'user' }).map(({ state, turn }) => `${String(turn)} ${String(state)}`)).toEqual([
      'u1 started',
      'u1 stopped',
      'u2 started',
      'u2 stopped',
    ]);
    // Every spoken turn that was answered was heard from its beginning to its end.
    for (const { userSpeechMs } of answered.filter((turn) => turn.userSpeechMs > 0)) {
      expect(userSpeechMs).toBeGreaterThan(SENTENCE_MS - 50);
    }
    expect(host.connections).toHaveLength(2);
    // Whole answers one after another, each of them once; only one that was being spoken may be cut.
    const isCut = name === 'in the middle of an answer' && !isPatient;
    const spoken = runsOf(call.audio);
    expect(spoken.map(([, samples]) => samples === REPLY_SAMPLES)).toEqual([!isCut, true]);
    const values = spoken.map(([value]) => value);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    // Left at a quiet moment, the vendor remembers exactly the call that took place; left with a question open, it is
    // not left with that question twice.
    const memory = answered.filter(({ text }) => text !== 'call').map(({ userTurnIndex }) => userTurnIndex);
    const hasQuestion = name === 'between the end of a question and its answer';
    expect(isPatient ? memory : hasQuestion ? memory.slice(-2) : [0, 1]).toEqual([0, 1]);
  });
});

test('[EN5] a model that reports no speech hears a sentence whole that it was left in the middle of', async () => {
  const { host, answered, start } = await setUp('google', /never/, '0s');
  const call = await start({ model: 'gemini-2.5-flash-native-audio-preview-12-2025' });
  const vendor = await host.nextConnection();
  await call.frame('ready');
  await say(call, host);
  await call.frame('speech', { role: 'assistant', state: 'stopped' });
  await say(call, host, 'begin');
  vendor.send(new TextEncoder().encode('{"goAway":{"timeLeft":"0s"}}'));
  await host.nextConnection();
  await say(call, host, 'end');
  await finalOf(call, 'user', 2);
  await call.until(() => call.all('speech', { role: 'assistant', state: 'stopped' }).length === 2, 'a second answer');
  expect(answered.map(({ userSpeechMs }) => userSpeechMs > SENTENCE_MS - 50)).toEqual([true, true]);
  expect(finals(call, 'user')).toEqual(['u1', 'u2']);
  expect(call.all('error')).toEqual([]);
});
