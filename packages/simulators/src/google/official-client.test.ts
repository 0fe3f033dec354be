// The official client, unmodified, on a real socket: what it cannot live with, the simulator must not send.
import { GoogleGenAI, type LiveConnectConfig, type LiveServerMessage, Modality, type Session } from '@google/genai';
import { makeSpeechSample } from '@speko/adapter-testkit';
import { type SimulatorHost, startSimulatorHost } from '@speko/simulator-kit/host';
import { describe, expect, test } from 'vitest';
import { MODELS } from './__fixtures__/open-simulator.ts';
import { createGoogleSimulator, type GoogleSimulatorOptions } from './index.ts';

const SPEECH = makeSpeechSample(16_000);
const PAUSE = new Uint8Array(32_000);
const QUICK = { audioSpeed: 50, playbackSpeed: 50, responseDelayMs: 20, setupDelayMs: 5 };

describe('@google/genai: live.connect', () => {
  test('[GEM43] a spoken turn is answered, then a tool call, then a barge-in', async () => {
    await using host = await start();
    const client = await connect(host, {
      tools: [{ functionDeclarations: [{ name: 'get_tea', description: 'Finds tea.' }] }],
      systemInstruction: 'You sell tea.',
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
      realtimeInputConfig: { automaticActivityDetection: { silenceDurationMs: 300, prefixPaddingMs: 100 } },
      sessionResumption: {},
      contextWindowCompression: { slidingWindow: {} },
    });
    expect(client.session.setupComplete).toEqual({});

    client.speak(SPEECH);
    client.speak(PAUSE);
    const heard = await client.next(({ serverContent }) => serverContent?.inputTranscription !== undefined);
    expect(heard.serverContent?.inputTranscription?.text).toBe('simulated: 1.2 s of speech');
    const { toolCall } = await client.next((message) => message.toolCall !== undefined);
    const [call] = toolCall?.functionCalls ?? [];
    expect(call).toMatchObject({ name: 'get_tea', args: {} });
    client.session.sendToolResponse({
      functionResponses: { id: call?.id ?? '', name: 'get_tea', response: { output: { stock: 4 } } },
    });
    const spoken = await client.next(({ data }) => data !== undefined);
    expect(Buffer.from(spoken.data ?? '', 'base64').byteLength).toBeGreaterThan(0);
    const done = await client.next(({ serverContent }) => serverContent?.turnComplete === true);
    expect(done.usageMetadata?.responseTokensDetails).toMatchObject([{ modality: 'AUDIO' }]);
    expect(client.words()).toContain('simulated: get_tea answered {"stock":4}');
    client.session.close();
  });

  test('[GEM43] typed turns, and speech over a reply', async () => {
    await using host = await start({ audioSpeed: 2, playbackSpeed: 2 });
    const client = await connect(host, {});
    client.session.sendClientContent({ turns: 'Tell me about tea.' });
    await client.next(({ data }) => data !== undefined);
    client.speak(SPEECH);
    await client.next(({ serverContent }) => serverContent?.interrupted === true);
    await client.next(({ serverContent }) => serverContent?.turnComplete === true);
    client.session.close();
  });

  test('[GEM43] turns ended by hand', async () => {
    await using host = await start();
    const client = await connect(host, { realtimeInputConfig: { automaticActivityDetection: { disabled: true } } });
    client.session.sendRealtimeInput({ activityStart: {} });
    client.speak(SPEECH);
    client.session.sendRealtimeInput({ activityEnd: {} });
    await client.next(({ serverContent }) => serverContent?.turnComplete === true);
    expect(client.words()).toBe('simulated: 1.2 s of speech');
    client.session.close();
  });

  test('[GEM43] every generation of models, and a resumption', async () => {
    await using host = await start();
    for (const model of [MODELS['2.5-native-audio'], MODELS['3.1']]) {
      const client = await connect(host, { sessionResumption: {} }, model);
      client.session.sendRealtimeInput({ text: 'Hello.' });
      await client.next(({ serverContent }) => serverContent?.turnComplete === true);
      expect(client.words()).toBe('simulated: you wrote "Hello."');
      const handle = await client.handle();
      client.session.close();
      await client.closed;
      const resumed = await connect(host, { sessionResumption: { handle } }, model);
      resumed.session.sendRealtimeInput({ text: 'Again.' });
      await resumed.next(({ serverContent }) => serverContent?.turnComplete === true);
      resumed.session.close();
    }
  });

  test('[GEM43] on Vertex AI', async () => {
    await using host = await start();
    const ai = new GoogleGenAI({ vertexai: true, apiKey: 'test-key', httpOptions: { baseUrl: host.url } });
    const client = await connectWith(ai, {}, 'gemini-3.8-live');
    client.session.sendRealtimeInput({ text: 'Hello.' });
    await client.next(({ serverContent }) => serverContent?.turnComplete === true);
    expect(client.words()).toBe('simulated: you wrote "Hello."');
    client.session.close();
  });

  test('[GEM43] a refused setup is told in the words of the vendor', async () => {
    await using host = await start();
    const refused = connect(host, { temperature: 5 });
    await expect(refused).rejects.toThrow(/code 1007.*Request contains an invalid argument/);
    const wrongKey = new GoogleGenAI({ apiKey: 'invalid', httpOptions: { baseUrl: host.url, apiVersion: 'v1beta' } });
    await expect(connectWith(wrongKey, {}, MODELS['3.8'])).rejects.toThrow(/API key not valid/);
  });
});

function start(options: GoogleSimulatorOptions = {}): Promise<SimulatorHost> {
  return startSimulatorHost({ simulator: createGoogleSimulator({ ...QUICK, ...options }) });
}

function connect(host: SimulatorHost, config: LiveConnectConfig, model: string = MODELS['3.8']) {
  const ai = new GoogleGenAI({ apiKey: 'test-key', httpOptions: { baseUrl: host.url, apiVersion: 'v1beta' } });
  return connectWith(ai, config, model);
}

async function connectWith(ai: GoogleGenAI, config: LiveConnectConfig, model: string) {
  const unread: LiveServerMessage[] = [];
  let words = '';
  let handle = '';
  let wake: (() => void) | undefined;
  let isClosed = false;
  let hasClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    hasClosed = resolve;
  });
  const session: Session = await ai.live.connect({
    model,
    config: {
      responseModalities: [Modality.AUDIO],
      inputAudioTranscription: {},
      outputAudioTranscription: {},
      ...config,
    },
    callbacks: {
      onmessage(message) {
        unread.push(message);
        handle = message.sessionResumptionUpdate?.newHandle ?? handle;
        words += message.serverContent?.outputTranscription?.text ?? '';
        wake?.();
      },
      onclose() {
        isClosed = true;
        hasClosed();
        wake?.();
      },
    },
  });
  return {
    session,
    closed,
    words: () => words,
    speak: (pcm: Uint8Array) => {
      const data = Buffer.from(pcm).toString('base64');
      session.sendRealtimeInput({ audio: { data, mimeType: 'audio/pcm;rate=16000' } });
    },
    /** The newest handle, once there is one. */
    async handle(): Promise<string> {
      while (handle === '' && !isClosed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return handle;
    },
    /** The next message of this kind, behind the one found last. */
    async next(isIt: (message: LiveServerMessage) => boolean): Promise<LiveServerMessage> {
      for (;;) {
        const index = unread.findIndex(isIt);
        const found = index < 0 ? undefined : unread.splice(0, index + 1).at(-1);
        if (found !== undefined) return found;
        if (isClosed) throw new Error('The connection was closed before such a message came.');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
