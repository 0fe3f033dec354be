// The realtime sessions of Vercel's AI SDK hold whole calls with the three simulated vendors, as they do in a browser:
// nothing but the sound output of one is made up here.
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createXai } from '@ai-sdk/xai';
import { makeSpeechSample } from '@speko/adapter-testkit';
import { createDefaultReply, type SimulatedTurn } from '@speko/simulator-kit';
import { startSimulatorHost } from '@speko/simulator-kit/host';
import { createGoogleSimulator } from '@speko/simulators/google';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { createXaiSimulator } from '@speko/simulators/xai';
import {
  Experimental_AbstractRealtimeSession as AbstractRealtimeSession,
  type Experimental_RealtimeModel as RealtimeModel,
  type Experimental_RealtimeServerEvent as ServerEvent,
  type Experimental_RealtimeSessionConfig as SessionConfig,
} from 'ai';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const RATE_HZ = 24_000;
const SPEECH = makeSpeechSample(RATE_HZ);
const sayWhatItHeard = createDefaultReply('on-request');
const PAUSE = new Uint8Array(RATE_HZ * 2);
const LONG = 'Tell me of the tides, please.';
/** What nobody waits for the end of: ten seconds, also at this speed. */
const ENDLESS = new Int16Array(RATE_HZ * 200);
const QUICK = {
  audioSpeed: 20,
  responseDelayMs: 20,
  reply: (turn: SimulatedTurn) =>
    turn.userText === LONG ? { text: 'The tide rises.', audio: ENDLESS } : sayWhatItHeard(turn),
};
/** Long enough for a busy machine; nothing waits for it unless something is wrong. */
const LIMIT_MS = 15_000;

const VENDORS = [
  {
    name: 'OpenAI',
    model: createOpenAI({ apiKey: 'test-key' }).experimental_realtime('gpt-realtime-2.1'),
    simulator: createOpenAISimulator({ ...QUICK, transcriptionDelaysMs: [20] }),
    path: '/v1/realtime?model=gpt-realtime-2.1',
    isGoogle: false,
    truncates: true,
  },
  {
    name: 'xAI',
    model: createXai({ apiKey: 'test-key' }).experimental_realtime('grok-voice-latest'),
    simulator: createXaiSimulator({ ...QUICK, transcriptionDelaysMs: [20] }),
    path: '/v1/realtime?model=grok-voice-latest',
    isGoogle: false,
    // The SDK asks xAI for no truncation.
    truncates: false,
  },
  {
    name: 'Google',
    model: createGoogle({ apiKey: 'test-key' }).experimental_realtime('gemini-3.8-live'),
    simulator: createGoogleSimulator({ ...QUICK, playbackSpeed: 20, setupDelayMs: 5 }),
    path: '/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained',
    isGoogle: true,
    truncates: false,
  },
  {
    name: 'Google, extended thinking',
    model: createGoogle({ apiKey: 'test-key' }).experimental_realtime('gemini-3.8-live-extended-thinking'),
    simulator: createGoogleSimulator({ ...QUICK, playbackSpeed: 20, setupDelayMs: 5 }),
    path: '/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained',
    isGoogle: true,
    truncates: false,
  },
] as const;

beforeAll(() => {
  vi.stubGlobal('AudioContext', SilentAudioContext);
});
afterAll(() => {
  vi.unstubAllGlobals();
});

describe.concurrent.each(VENDORS)('$name', ({ model, simulator, path, isGoogle, truncates }) => {
  test('a call: typed text, a tool, a spoken turn, speech over a reply, a cancel', { timeout: 30_000 }, async () => {
    const host = await startSimulatorHost({ simulator });
    const client = new Client(model, `${host.wsUrl}${path}`);
    try {
      await client.connect();
      await client.next(isGoogle ? 'session-created' : 'session-updated');

      client.sendTextMessage('When is high water?');
      await client.says('simulated: you wrote "When is high water?"');
      await client.next('response-done');

      client.sendTextMessage('Use read_tide.');
      await client.says('simulated: read_tide answered {"level":4.2}');
      await client.next('response-done');
      expect(client.toolCalls).toEqual([{ harbour: 'simulated' }]);

      client.speak();
      const { transcript } = await client.next('input-transcription-completed');
      expect(transcript).toBe('simulated: 1.2 s of speech');
      await client.says('simulated: 1.2 s of speech');
      await client.next('response-done');

      client.sendTextMessage(LONG);
      await client.next('audio-delta');
      client.speak();
      await client.next('speech-started');
      await client.next('response-done');
      await client.says('simulated: 1.2 s of speech');
      await client.next('response-done');
      expect(client.names.includes('conversation.item.truncated')).toBe(truncates);

      // The SDK cancels nothing at Google.
      const cancelled = isGoogle ? 'cancelled' : await client.cancel(LONG);
      expect(cancelled).toBe('cancelled');
      client.sendTextMessage('And now?');
      await client.says('simulated: you wrote "And now?"');
      expect(client.errors).toEqual([]);
    } finally {
      client.disconnect();
      await host.close();
    }
  });
});

/** A session in the hands of a test: events are waited for by name, each from the last one that was waited for. */
class Client extends AbstractRealtimeSession {
  readonly errors: string[] = [];
  readonly toolCalls: unknown[] = [];
  readonly #events: ServerEvent[] = [];
  #seen = 0;

  constructor(model: RealtimeModel, url: string) {
    const setup = { token: 'test-token', url };
    const sessionConfig: Partial<SessionConfig> = {
      instructions: 'You answer for a harbour.',
      inputAudioFormat: { type: 'audio/pcm', rate: RATE_HZ },
      inputAudioTranscription: {},
      outputAudioTranscription: {},
      turnDetection: { type: 'server-vad', silenceDurationMs: 500 },
      tools: [
        {
          type: 'function',
          name: 'read_tide',
          description: 'How high the water stands.',
          parameters: { type: 'object', properties: { harbour: { type: 'string' } }, required: ['harbour'] },
        },
      ],
    };
    super({
      model,
      api: { token: `data:application/json,${encodeURIComponent(JSON.stringify(setup))}` },
      sessionConfig,
      onToolCall: ({ toolCall }) => {
        this.toolCalls.push(toolCall.args);
        return { level: 4.2 };
      },
      onEvent: (event) => {
        this.#events.push(event);
      },
      onError: ({ message }) => {
        this.errors.push(message);
      },
    });
  }

  protected override setState(): void {}

  /** Of all events so far, as on the wire where the SDK has none of its own. */
  get names(): string[] {
    return this.#events.map(nameOf);
  }

  speak(): void {
    for (const pcm of [SPEECH, PAUSE]) this.sendAudio(Buffer.from(pcm).toString('base64'));
  }

  /** Has the answer to `text` begin, cancels it, and returns how it ended. */
  async cancel(text: string): Promise<string> {
    this.sendTextMessage(text);
    await this.next('audio-delta');
    this.cancelResponse();
    const { status } = await this.next('response-done');
    return status;
  }

  /** Waits for an event by its type, or its name on the wire where the SDK has none of its own. */
  next<Type extends string>(type: Type): Promise<Extract<ServerEvent, { type: Type }>> {
    return this.#until(type, (event) => nameOf(event) === type) as never;
  }

  /** Waits until `words` have been said since the last event that was waited for. */
  async says(words: string): Promise<void> {
    let said = '';
    await this.#until(words, (event) => {
      if (event.type === 'audio-transcript-delta') said += event.delta;
      return said.includes(words);
    });
  }

  #until(what: string, holds: (event: ServerEvent) => boolean): Promise<ServerEvent> {
    return vi.waitFor(
      () => {
        while (this.#seen < this.#events.length) {
          const event = this.#events[this.#seen++];
          if (event !== undefined && holds(event)) return event;
        }
        throw new Error(`${what}: not in ${this.names.slice(-40).join(', ')}. ${this.errors.join('; ')}`);
      },
      { timeout: LIMIT_MS, interval: 5 },
    );
  }
}

function nameOf(event: ServerEvent): string {
  return event.type === 'custom' ? event.rawType : event.type;
}

/** Plays nothing, in real time. */
class SilentAudioContext {
  readonly state = 'running';
  readonly destination = {};
  readonly #startedMs = performance.now();

  get currentTime(): number {
    return (performance.now() - this.#startedMs) / 1000;
  }

  createBuffer(_channels: number, length: number, rateHz: number) {
    return { duration: length / rateHz, getChannelData: () => new Float32Array(length) };
  }

  createBufferSource() {
    const nothing = (): void => undefined;
    return { connect: nothing, disconnect: nothing, start: nothing, stop: nothing };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
