// The official client of the dialect's origin, unmodified, on a real socket, with the parts that xAI has in common with it.
import { connect } from 'node:net';
import { makeSpeechSample } from '@speko/adapter-testkit';
import { type SimulatorHost, startSimulatorHost } from '@speko/simulator-kit/host';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { expect, test } from 'vitest';
import { createXaiSimulator } from './index.ts';

test('[XAI42] the openai client holds a call: a spoken turn, a tool call, a cancel', async () => {
  await using host = await startSimulatorHost({ simulator: createXaiSimulator() });
  const client = await connectClient(host);
  const session = {
    type: 'realtime' as const,
    instructions: 'You staff the harbour desk.',
    tools: [
      { type: 'function' as const, name: 'get_berth', description: 'Finds a berth.', parameters: { type: 'object' } },
    ],
    // Where xAI has them, and the client's types do not.
    voice: 'leo',
    turn_detection: { type: 'server_vad', silence_duration_ms: 300 },
  };
  client.send({ type: 'session.update', session });
  await client.next('session.updated');

  client.send(append(makeSpeechSample(24_000)));
  client.send(append(new Uint8Array(48_000)));
  const started = await client.next('input_audio_buffer.speech_started');
  expect((await client.next('input_audio_buffer.committed')).item_id).toBe(started.item_id);
  const call = await client.next('response.function_call_arguments.done');
  expect(call).toMatchObject({ name: 'get_berth', arguments: '{}' });
  await client.next('response.done');
  const item = { type: 'function_call_output', call_id: call.call_id, output: 'B12' } as const;
  client.send({ type: 'conversation.item.create', item });
  client.send({ type: 'response.create' });
  const spoken = await client.next('response.output_audio_transcript.done');
  expect(spoken.transcript).toBe('simulated: get_berth answered B12');
  expect((await client.next('response.done')).response.status).toBe('completed');

  const content = [{ type: 'input_text', text: 'Tell me more about it.' }] as const;
  client.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [...content] } });
  client.send({ type: 'response.create' });
  await client.next('response.output_audio.delta');
  client.send({ type: 'response.cancel' });
  expect((await client.next('response.done')).response.status).toBe('cancelled');
  client.close();
});

type EventOf<Type extends RealtimeServerEvent['type']> = Extract<RealtimeServerEvent, { type: Type }>;

/** The official client speaks TLS only; it is given a plain connection by its own documented socket option. */
async function connectClient(host: SimulatorHost) {
  const openai = new OpenAI({ apiKey: 'test-key', baseURL: `https://127.0.0.1:${host.port}/v1` });
  const options = { createConnection: () => connect(host.port, '127.0.0.1') };
  const socket = new OpenAIRealtimeWS({ model: 'grok-voice-3.0', options }, openai);
  const events: RealtimeServerEvent[] = [];
  let arrived: (() => void) | undefined;
  socket.on('event', (event) => {
    events.push(event);
    arrived?.();
  });
  socket.on('error', () => {});
  const next = async <Type extends RealtimeServerEvent['type']>(type: Type): Promise<EventOf<Type>> => {
    for (;;) {
      const index = events.findIndex((event) => event.type === type);
      if (index >= 0) return events.splice(0, index + 1).at(-1) as EventOf<Type>;
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
  };
  await next('session.created');
  return { next, send: (event: Parameters<typeof socket.send>[0]) => socket.send(event), close: () => socket.close() };
}

function append(pcm: Uint8Array) {
  return { type: 'input_audio_buffer.append', audio: Buffer.from(pcm).toString('base64') } as const;
}
