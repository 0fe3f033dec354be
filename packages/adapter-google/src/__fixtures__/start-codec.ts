import type { AdapterCodec, SessionCommand, SessionConfig, SessionEvent } from '@speko/adapter';
import { encodeBase64 } from '@speko/adapter-kit';
import { createGoogle } from '../google-adapter.ts';
import type { GoogleOptionsInput } from '../google-options.ts';

export const PLAIN: SessionConfig = {
  sessionId: 'session-7',
  model: 'gemini-3.8-live',
  tools: [],
  turnDetection: 'auto',
  inputSampleRateHz: 24_000,
  outputSampleRateHz: 24_000,
};

export const MODELS = {
  '3.8': 'gemini-3.8-live',
  '3.8-extended-thinking': 'gemini-3.8-live-extended-thinking',
  '3.1': 'gemini-3.1-flash-live-preview',
  '2.5-native-audio': 'gemini-2.5-flash-native-audio-preview-12-2025',
  '2.5-half-cascade': 'gemini-live-2.5-flash',
} as const;

export type Message = Record<string, unknown>;

/** A codec in the hands of a test: server messages go in as objects, what it says comes out as objects. */
export function startCodec(config: Partial<SessionConfig> = {}, options: Partial<GoogleOptionsInput> = {}) {
  const adapter = createGoogle();
  const codec: AdapterCodec = adapter.createCodec(
    { ...PLAIN, ...config },
    adapter.parseOptions({ apiKey: 'test-key', ...options }),
  );
  const read = (frames: readonly unknown[]) => frames.map((frame) => JSON.parse(String(frame)) as Message);
  const receive = (message: Message, nowMs = 0) => {
    const { events, frames } = codec.decode(new TextEncoder().encode(JSON.stringify(message)), nowMs);
    return { events, frames: read(frames) };
  };
  return {
    codec,
    hello: () => read(codec.hello(0).frames),
    /** Both what it reports and what it sends. */
    receive,
    /** Only what it reports. */
    events: (...messages: Message[]): SessionEvent[] => messages.flatMap((message) => [...receive(message).events]),
    eventsAt: (nowMs: number, ...messages: Message[]): SessionEvent[] =>
      messages.flatMap((message) => [...receive(message, nowMs).events]),
    /** Only what it sends. */
    send: (command: SessionCommand, nowMs = 0) => {
      const output = codec.encode(command, nowMs);
      return output.type === 'ok' ? read(output.frames) : output;
    },
    append: (byteLength: number, nowMs = 0) => read(codec.appendAudio(new Uint8Array(byteLength), nowMs)),
    wake: (nowMs: number) => {
      const { events, frames } = codec.wake(nowMs);
      return { events, frames: read(frames) };
    },
  };
}

/** A codec whose session is set up. */
export function startReadyCodec(config: Partial<SessionConfig> = {}, options: Partial<GoogleOptionsInput> = {}) {
  const started = startCodec(config, options);
  started.codec.hello(0);
  started.receive({ setupComplete: {} });
  return started;
}

export const content = (fields: Message): Message => ({ serverContent: fields });
export const heard = (text: string): Message => content({ inputTranscription: { text } });
export const said = (text: string): Message => content({ outputTranscription: { text } });
export const interrupted = content({ interrupted: true });
export const generationComplete = content({ generationComplete: true });
export const turnComplete = content({ turnComplete: true });
export const activityStart: Message = { voiceActivity: { type: 'ACTIVITY_START', audioOffset: '0.640s' } };
export const activityEnd: Message = { voiceActivity: { type: 'ACTIVITY_END', audioOffset: '2.120s' } };

export const part = (...bytes: number[]): Message => ({
  inlineData: { mimeType: 'audio/pcm;rate=24000', data: encodeBase64(Uint8Array.from(bytes)) },
});
/** Two samples. */
export const audio: Message = content({ modelTurn: { parts: [part(1, 2, 3, 4)] } });

export const call = (id: string | undefined, name = 'find_tea', args: unknown = { kind: 'mint' }): Message => ({
  ...(id === undefined ? {} : { id }),
  name,
  args,
});
export const toolCall = (...functionCalls: Message[]): Message => ({ toolCall: { functionCalls } });

export const types = (events: readonly SessionEvent[]): string[] => events.map(({ type }) => type);
