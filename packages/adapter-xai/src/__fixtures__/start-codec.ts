import type { AdapterCodec, SessionCommand, SessionConfig, SessionEvent } from '@speko/adapter';
import { createXai } from '../xai-adapter.ts';
import type { XaiOptionsInput } from '../xai-options.ts';

const PLAIN: SessionConfig = {
  sessionId: 'session-7',
  model: 'grok-voice-3.0',
  tools: [],
  turnDetection: 'auto',
  inputSampleRateHz: 16_000,
  outputSampleRateHz: 24_000,
};

export type Message = Record<string, unknown>;

/** A tool the sessions of tests know. */
export const BERTH_STATUS = {
  name: 'berth_status',
  description: 'State of one berth.',
  parameters: { type: 'object', properties: { berth: { type: 'string' } } },
};

/** A codec in the hands of a test: server messages go in as objects, what it says comes out as objects. */
export function startCodec(config: Partial<SessionConfig> = {}, options: Partial<XaiOptionsInput> = {}) {
  const adapter = createXai();
  const codec: AdapterCodec = adapter.createCodec(
    { ...PLAIN, ...config },
    adapter.parseOptions({ apiKey: 'test-key', ...options }),
  );
  const read = (frames: readonly unknown[]) => frames.map((frame) => JSON.parse(String(frame)) as Message);
  const receive = (message: Message, nowMs = 0) => {
    const { events, frames } = codec.decode(JSON.stringify({ event_id: 'e1', ...message }), nowMs);
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
    wake: (nowMs: number) => {
      const { events, frames } = codec.wake(nowMs);
      return { events, frames: read(frames) };
    },
  };
}

/** A codec whose session is configured. */
export function startReadyCodec(config: Partial<SessionConfig> = {}, options: Partial<XaiOptionsInput> = {}) {
  const started = startCodec(config, options);
  started.codec.hello(0);
  started.receive({ type: 'session.created', session: { model: 'grok-voice-3.0', voice: 'xai_ara' } });
  started.receive({ type: 'conversation.created', conversation: { id: 'conv-1' } });
  started.receive({ type: 'session.updated', session: {} });
  return started;
}

export const created = (id: string, clientEventId?: string): Message => ({
  type: 'response.created',
  response: {
    id,
    status: 'in_progress',
    status_details: 'unimplemented',
    output: [],
    usage: {},
    metadata: clientEventId === undefined ? null : { client_event_id: clientEventId },
  },
});

export const done = (id: string, fields: Message = {}, usage?: Message): Message => ({
  type: 'response.done',
  response_id: id,
  response: { id, status: 'completed', status_details: 'unimplemented', output: [], usage: {}, ...fields },
  ...(usage === undefined ? {} : { usage }),
});

export const audioDelta = (responseId: string, itemId: string, base64 = 'AAAA'): Message => ({
  type: 'response.output_audio.delta',
  response_id: responseId,
  item_id: itemId,
  delta: base64,
  audio_duration_ms: 480,
  ts: 12.5,
  latency: '0.66',
});

export const words = (responseId: string, itemId: string, delta: string): Message => ({
  type: 'response.output_audio_transcript.delta',
  response_id: responseId,
  item_id: itemId,
  delta,
  start_time: 0,
});

export const itemDone = (responseId: string, item: Message = {}): Message => ({
  type: 'response.output_item.done',
  response_id: responseId,
  output_index: 0,
  item: { id: 'a1', type: 'message', role: 'assistant', status: 'completed', ...item },
});

/** As live: without the id of its response. */
export const callWritten = (callId: string, name = 'berth_status', args = '{"berth":"B12"}'): Message => ({
  type: 'response.function_call_arguments.done',
  item_id: `item-${callId}`,
  call_id: callId,
  name,
  arguments: args,
});

export const started = (itemId: string, audioStartMs = 0): Message => ({
  type: 'input_audio_buffer.speech_started',
  item_id: itemId,
  audio_start_ms: audioStartMs,
});

export const stopped = (itemId: string, audioEndMs = 900): Message => ({
  type: 'input_audio_buffer.speech_stopped',
  item_id: itemId,
  audio_end_ms: audioEndMs,
});

export const committed = (itemId: string): Message => ({
  type: 'input_audio_buffer.committed',
  item_id: itemId,
  previous_item_id: 'never-announced',
});

export const transcribed = (itemId: string, transcript: string, status?: string): Message => ({
  type: 'conversation.item.input_audio_transcription.completed',
  item_id: itemId,
  transcript,
  ...(status === undefined ? {} : { status }),
});

export const failure = (fields: Message): Message => ({
  type: 'error',
  error: { type: 'invalid_request_error', ...fields },
});
