// The official clients, unmodified, on a real socket: what they cannot live with, the simulator must not send.
import { connect } from 'node:net';
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime';
import { makeSpeechSample } from '@speko/adapter-testkit';
import { type SimulatorHost, startSimulatorHost } from '@speko/simulator-kit/host';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createOpenAISimulator } from './index.ts';

const SPEECH = makeSpeechSample(24_000);
const PAUSE = new Uint8Array(48_000);

describe('openai: OpenAIRealtimeWS', () => {
  test('[OAI40] a spoken turn is answered, then one ended by hand, then a tool call', async () => {
    await using host = await startSimulatorHost({ simulator: createOpenAISimulator() });
    const client = await connectOfficialClient(host);
    client.send({
      type: 'session.update',
      session: {
        type: 'realtime',
        instructions: 'You sell tea.',
        audio: {
          input: {
            transcription: { model: 'gpt-transcribe' },
            turn_detection: { type: 'server_vad', silence_duration_ms: 300 },
          },
          output: { voice: 'marin' },
        },
        tools: [{ type: 'function', name: 'get_tea', description: 'Finds tea.', parameters: { type: 'object' } }],
      },
    });
    await client.next('session.updated');

    client.send(append(SPEECH));
    client.send(append(PAUSE));
    const started = await client.next('input_audio_buffer.speech_started');
    const committed = await client.next('input_audio_buffer.committed');
    expect(committed.item_id).toBe(started.item_id);
    const call = await client.next('response.output_item.done');
    expect(call.item).toMatchObject({ type: 'function_call', name: 'get_tea', arguments: '{}', status: 'completed' });
    await client.next('response.done');
    const callId = call.item.type === 'function_call' ? (call.item.call_id ?? '') : '';
    client.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: callId, output: '{"stock":4}' },
    });
    client.send({ type: 'response.create' });
    const spoken = await client.next('response.output_audio_transcript.done');
    expect(spoken.transcript).toBe('simulated: get_tea answered {"stock":4}');
    const done = await client.next('response.done');
    expect(done.response.status).toBe('completed');
    expect(done.response.usage?.output_token_details?.audio_tokens).toBeGreaterThan(0);

    client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
    await client.next('session.updated');
    client.send(append(SPEECH));
    client.send({ type: 'input_audio_buffer.commit' });
    client.send({ type: 'response.create' });
    const answer = await client.next('response.output_audio_transcript.done');
    expect(answer.transcript).toBe('simulated: 1.2 s of speech');
    client.close();
  });

  test('[OAI40] barge-in cancels, and what was not heard is truncated', async () => {
    await using host = await startSimulatorHost({ simulator: createOpenAISimulator() });
    const client = await connectOfficialClient(host);
    client.send(append(SPEECH));
    client.send(append(PAUSE));
    const delta = await client.next('response.output_audio.delta');
    client.send(append(SPEECH));
    const done = await client.next('response.done');
    expect(done.response).toMatchObject({
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'turn_detected' },
      output: [{ id: delta.item_id, status: 'incomplete' }],
    });
    client.send({
      type: 'conversation.item.truncate',
      item_id: delta.item_id,
      content_index: 0,
      audio_end_ms: 50,
    });
    expect(await client.next('conversation.item.truncated')).toMatchObject({
      item_id: delta.item_id,
      audio_end_ms: 50,
    });
    client.close();
  });

  test('[OAI40] a wrong parameter is refused in the words of the vendor, and the session goes on', async () => {
    await using host = await startSimulatorHost({ simulator: createOpenAISimulator() });
    const client = await connectOfficialClient(host);
    const session = { type: 'realtime', instructions: 'Never applied.', temperature: 0.8 } as const;
    client.send({ type: 'session.update', event_id: 'mine-1', session });
    const { error } = await client.next('error');
    expect(error).toEqual({
      type: 'invalid_request_error',
      code: 'unknown_parameter',
      message: "Unknown parameter: 'session.temperature'.",
      param: 'session.temperature',
      event_id: 'mine-1',
    });
    client.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
    const updated = await client.next('session.updated');
    expect(updated.session).toMatchObject({ instructions: 'You are a helpful assistant in a simulation.' });
    client.close();
  });
});

describe('@openai/agents-realtime: RealtimeSession', () => {
  test('[OAI41] a call with a turn, a tool that it runs itself, and a barge-in', async () => {
    await using host = await startSimulatorHost({ simulator: createOpenAISimulator() });
    const executed: string[] = [];
    const agent = new RealtimeAgent({
      name: 'Tea seller',
      instructions: 'You sell tea.',
      tools: [
        tool({
          name: 'get_tea',
          description: 'Finds tea.',
          parameters: z.object({ kind: z.string() }),
          execute: ({ kind }) => {
            executed.push(kind);
            return 'four boxes';
          },
        }),
      ],
    });
    const transport = new OpenAIRealtimeWebSocket({
      url: `${host.wsUrl}/v1/realtime?model=gpt-realtime-2.1`,
    });
    const session = new RealtimeSession(agent, { transport, model: 'gpt-realtime-2.1' });
    const seen = watch(session);
    await session.connect({ apiKey: 'test-key' });
    await seen.next('session.updated');

    session.sendAudio(arrayBuffer(SPEECH));
    session.sendAudio(arrayBuffer(PAUSE));
    await seen.next('response.done');
    const answer = await seen.next('response.output_audio_transcript.done');
    expect(answer['transcript']).toBe('simulated: get_tea answered four boxes');
    expect(executed).toEqual(['simulated']);
    await seen.next('response.done');

    session.sendMessage('Tell me more about the tea, and take your time.');
    await seen.next('response.output_audio.delta');
    session.sendAudio(arrayBuffer(SPEECH));
    const cut = await seen.next('response.done');
    expect(cut['response']).toMatchObject({ status: 'cancelled' });
    session.sendAudio(arrayBuffer(PAUSE));
    const next = await seen.next('response.done');
    expect(next['response']).toMatchObject({ status: 'completed' });
    const roles = session.history.map((item) => ('role' in item ? item.role : item.type));
    expect(roles).toEqual(['user', 'function_call', 'assistant', 'user', 'assistant', 'user', 'assistant']);
    expect(seen.errors).toEqual([]);
    session.close();
  });
});

type EventOf<Type extends RealtimeServerEvent['type']> = Extract<RealtimeServerEvent, { type: Type }>;

/** The official client speaks TLS only; it is given a plain connection by its own documented socket option. */
async function connectOfficialClient(host: SimulatorHost) {
  const openai = new OpenAI({ apiKey: 'test-key', baseURL: `https://127.0.0.1:${host.port}/v1` });
  const socket = new OpenAIRealtimeWS(
    { model: 'gpt-realtime-2.1', options: { createConnection: () => connect(host.port, '127.0.0.1') } },
    openai,
  );
  const queue = new EventQueue<RealtimeServerEvent>();
  socket.on('event', (event) => queue.push(event));
  socket.on('error', () => {});
  const client = {
    send: (event: Parameters<typeof socket.send>[0]) => socket.send(event),
    next: <Type extends RealtimeServerEvent['type']>(type: Type) =>
      queue.next((event) => event.type === type) as Promise<EventOf<Type>>,
    close: () => socket.close(),
  };
  await client.next('session.created');
  return client;
}

function watch(session: RealtimeSession) {
  const queue = new EventQueue<{ type: string; [key: string]: unknown }>();
  const errors: unknown[] = [];
  session.transport.on('*', (event) => queue.push(event));
  session.on('error', (error) => errors.push(error));
  return { errors, next: (type: string) => queue.next((event) => event.type === type) };
}

/** Events in order; each `next` looks behind the last match. */
class EventQueue<Event> {
  readonly #events: Event[] = [];
  #waiting: (() => void) | undefined;

  push(event: Event): void {
    this.#events.push(event);
    this.#waiting?.();
  }

  async next(matches: (event: Event) => boolean): Promise<Event> {
    for (;;) {
      const index = this.#events.findIndex(matches);
      if (index >= 0) return this.#events.splice(0, index + 1).at(-1)!;
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }
}

function append(pcm: Uint8Array) {
  return { type: 'input_audio_buffer.append', audio: Buffer.from(pcm).toString('base64') } as const;
}

function arrayBuffer(pcm: Uint8Array): ArrayBuffer {
  return Uint8Array.from(pcm).buffer;
}
