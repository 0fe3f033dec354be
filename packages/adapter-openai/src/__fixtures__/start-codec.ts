import type { AdapterCodec, SessionCommand, SessionConfig, SessionEvent } from '@speko/adapter';
import { createOpenAI } from '../openai-adapter.ts';
import type { OpenAIOptionsInput } from '../openai-options.ts';

const PLAIN: SessionConfig = {
  sessionId: 'session-7',
  model: 'gpt-realtime-2.1',
  tools: [],
  turnDetection: 'auto',
  inputSampleRateHz: 24_000,
  outputSampleRateHz: 24_000,
};

export type Message = Record<string, unknown>;

/** A codec in the hands of a test: server messages go in as objects, what it says comes out as objects. */
export function startCodec(config: Partial<SessionConfig> = {}, options: Partial<OpenAIOptionsInput> = {}) {
  const adapter = createOpenAI();
  const codec: AdapterCodec = adapter.createCodec(
    { ...PLAIN, ...config },
    adapter.parseOptions({ apiKey: 'test-key', ...options }),
  );
  const read = (frames: readonly unknown[]) => frames.map((frame) => JSON.parse(String(frame)) as Message);
  const receive = (message: Message, nowMs = 0) => {
    const { events, frames } = codec.decode(JSON.stringify({ event_id: 'event_1', ...message }), nowMs);
    return { events, frames: read(frames) };
  };
  return {
    codec,
    hello: () => read(codec.hello(0).frames),
    /** Both what it reports and what it sends. */
    receive,
    /** Only what it reports. */
    events: (...messages: Message[]): SessionEvent[] => messages.flatMap((message) => [...receive(message).events]),
    /** Only what it sends. */
    send: (command: SessionCommand, nowMs = 0) => {
      const output = codec.encode(command, nowMs);
      return output.type === 'ok' ? read(output.frames) : output;
    },
    append: (byteLength: number) => codec.appendAudio(new Uint8Array(byteLength), 0),
  };
}

/** A codec whose session is configured. */
export function startReadyCodec(config: Partial<SessionConfig> = {}, options: Partial<OpenAIOptionsInput> = {}) {
  const started = startCodec(config, options);
  started.codec.hello(0);
  started.receive({ type: 'session.created', session: { type: 'realtime' } });
  started.receive({ type: 'session.updated', session: { type: 'realtime' } });
  return started;
}

export const created = (id: string, clientEventId?: string): Message => ({
  type: 'response.created',
  response: {
    id,
    status: 'in_progress',
    metadata: clientEventId === undefined ? null : { client_event_id: clientEventId },
  },
});

export const done = (id: string, fields: Message = {}): Message => ({
  type: 'response.done',
  response: { id, status: 'completed', status_details: null, output: [], usage: null, ...fields },
});

export const audioDelta = (responseId: string, itemId: string, base64: string): Message => ({
  type: 'response.output_audio.delta',
  response_id: responseId,
  item_id: itemId,
  output_index: 0,
  content_index: 0,
  delta: base64,
});

export const words = (responseId: string, itemId: string, delta: string): Message => ({
  type: 'response.output_audio_transcript.delta',
  response_id: responseId,
  item_id: itemId,
  output_index: 0,
  content_index: 0,
  delta,
});

export const itemAdded = (responseId: string, itemId: string, fields: Message = {}): Message => ({
  type: 'response.output_item.added',
  response_id: responseId,
  item: { id: itemId, type: 'message', role: 'assistant', ...fields },
});

export const functionCall = (responseId: string, callId: string, fields: Message = {}): Message => ({
  type: 'response.output_item.done',
  response_id: responseId,
  output_index: 0,
  item: {
    id: `item_${callId}`,
    type: 'function_call',
    status: 'completed',
    name: 'find_tea',
    call_id: callId,
    arguments: '{"kind":"mint"}',
    ...fields,
  },
});

export const failure = (code: string | null, message: string, fields: Message = {}): Message => ({
  type: 'error',
  error: { type: 'invalid_request_error', code, message, param: null, event_id: null, ...fields },
});

export function speechStarted(itemId: string, audioStartMs: number) {
  return { type: 'input_audio_buffer.speech_started', item_id: itemId, audio_start_ms: audioStartMs };
}

export function committed(itemId: string) {
  return { type: 'input_audio_buffer.committed', item_id: itemId, previous_item_id: null };
}

export function transcription(itemId: string, kind: string, fields: object) {
  return { type: `conversation.item.input_audio_transcription.${kind}`, item_id: itemId, content_index: 0, ...fields };
}
