import type { ProviderFrame } from '@speko/adapter';
import { encodeBase64, frameText } from '@speko/adapter-kit';
import { samplesToPcm } from '@speko/audio';
import { createGoogleSimulator, type GoogleSimulatorOptions } from '../index.ts';
import type { SimulatedMessage } from '../server-messages.ts';

/** One model of each generation. */
export const MODELS = {
  '3.8': 'gemini-3.8-live',
  '3.8-extended-thinking': 'gemini-3.8-live-extended-thinking',
  '3.1': 'gemini-3.1-flash-live-preview',
  '2.5-native-audio': 'gemini-2.5-flash-native-audio-preview-12-2025',
  '2.5-half-cascade': 'gemini-live-2.5-flash',
} as const;

export type Message = Record<string, unknown>;

/** The address of the developer API. */
export const PATH = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';
/** 1.2 s at 16 kHz: a buzz, as loud as speech. */
export const SPEECH = samplesToPcm(Int16Array.from({ length: 19_200 }, (_, index) => (index % 80 < 40 ? 8000 : -8000)));

export interface OpenOptions extends GoogleSimulatorOptions {
  readonly model?: string;
  readonly key?: string;
  readonly path?: string;
  /** What of the setup is unusual. */
  readonly setup?: Message;
  readonly simulator?: ReturnType<typeof createGoogleSimulator>;
  readonly nowMs?: number;
}

/** A connection to the simulator in the hands of a test, set up, on a clock that only the test moves. */
export function openSimulator(options: OpenOptions = {}) {
  const { model = MODELS['3.8'], key = 'test-key', path = PATH, setup = {}, ...rest } = options;
  const simulator = options.simulator ?? createGoogleSimulator(rest);
  const request = { url: path, headers: { 'x-goog-api-key': key }, protocols: [] };
  let nowMs = options.nowMs ?? 0;
  const connection = simulator.connect(request, nowMs);
  const frames: ProviderFrame[] = [];
  const messages: SimulatedMessage[] = [];
  let end: unknown;
  const keep = (output: ReturnType<typeof connection.open>): void => {
    for (const frame of output.frames) {
      frames.push(frame);
      messages.push(JSON.parse(frameText(frame)) as SimulatedMessage);
    }
    end = output.end ?? end;
  };
  const send = (message: Message): void => keep(connection.receive(JSON.stringify(message), nowMs));
  const advance = (ms: number): void => {
    const untilMs = nowMs + ms;
    while (connection.wakeAtMs !== undefined && connection.wakeAtMs <= untilMs) {
      nowMs = Math.max(nowMs, connection.wakeAtMs);
      keep(connection.wake(nowMs));
    }
    nowMs = untilMs;
  };
  const hear = (pcm: Uint8Array, mimeType = 'audio/pcm;rate=16000'): void => {
    for (let offset = 0; offset < pcm.byteLength; offset += 640) {
      const data = encodeBase64(pcm.subarray(offset, offset + 640));
      send({ realtimeInput: { audio: { mimeType, data } } });
      advance(20);
    }
  };
  keep(connection.open(nowMs));
  send({
    setup: {
      model: `models/${model}`,
      generationConfig: { responseModalities: ['AUDIO'] },
      inputAudioTranscription: {},
      outputAudioTranscription: {},
      sessionResumption: {},
      realtimeInputConfig: { automaticActivityDetection: { silenceDurationMs: 500 } },
      ...setup,
    },
  });
  advance(200);
  return {
    simulator,
    frames,
    send,
    advance,
    speak: () => hear(SPEECH),
    pause: (ms: number) => hear(new Uint8Array(ms * 32)),
    hear,
    /** Ends the connection from the client's side. */
    leave: () => connection.closed?.(nowMs),
    get nowMs() {
      return nowMs;
    },
    get end() {
      return end;
    },
    /** Messages since the last call. */
    take: () => messages.splice(0),
  };
}

/** A message without its audio. */
export function outline(message: SimulatedMessage): string {
  const inside = Object.keys(message.serverContent ?? {}).map((key) => key);
  return Object.keys(message)
    .flatMap((key) => (key === 'serverContent' ? inside : [key]))
    .join('+');
}

/** The same of many, repetitions of one kind counted once. */
export function outlines(messages: readonly SimulatedMessage[]): string[] {
  return messages.map(outline).filter((each, index, all) => each !== all[index - 1]);
}

export const wordsOf = (messages: readonly SimulatedMessage[]): string =>
  messages.map(({ serverContent }) => serverContent?.outputTranscription?.text ?? '').join('');
