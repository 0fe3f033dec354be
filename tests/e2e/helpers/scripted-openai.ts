import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Changes } from '@speko/tests-behaviour';
import { onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

const APPEND = '{"type":"input_audio_buffer.append","audio":"';

/**
 * A vendor of the OpenAI dialect that does what a test tells it. It builds and reads audio events as plain text, so that
 * it parses no JSON while audio flows.
 */
export interface ScriptedOpenAI {
  readonly url: string;
  /** Decoded user audio so far. */
  readonly audio: Buffer;
  readonly audioBytes: number;
  /** Whether the gateway has configured the session. */
  configured(): Promise<true>;
  /** Begins the response that {@link ScriptedOpenAI.say} speaks in. */
  startResponse(id: string): void;
  say(pcm: Uint8Array): void;
  until<Value>(look: () => Value | undefined | false, what: string): Promise<Value>;
}

export async function startScriptedOpenAI(): Promise<ScriptedOpenAI> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const changes = new Changes();
  const parts: Buffer[] = [];
  const state = { bytes: 0, configured: false, response: '' };
  let socket: WebSocket | undefined;
  server.on('connection', (connected) => {
    socket = connected;
    connected.send('{"type":"session.created","event_id":"e1","session":{"type":"realtime","id":"sess_1"}}');
    connected.on('message', (data: Buffer) => {
      const text = data.toString('latin1');
      if (text.startsWith(APPEND)) {
        const pcm = Buffer.from(text.slice(APPEND.length, -2), 'base64');
        parts.push(pcm);
        state.bytes += pcm.byteLength;
      } else if (text.includes('"session.update"')) {
        connected.send('{"type":"session.updated","event_id":"e2","session":{"type":"realtime","id":"sess_1"}}');
        state.configured = true;
      }
      changes.notify();
    });
  });
  const until: ScriptedOpenAI['until'] = (look, what) => changes.until(look, what, () => state);
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get audio() {
      return Buffer.concat(parts);
    },
    get audioBytes() {
      return state.bytes;
    },
    configured: () => until(() => state.configured, 'the session to be configured'),
    startResponse(id) {
      state.response = id;
      socket?.send(
        `{"type":"response.created","event_id":"e3","response":{"id":"${id}","object":"realtime.response"}}`,
      );
    },
    say(pcm) {
      const audio = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64');
      socket?.send(
        `{"type":"response.output_audio.delta","event_id":"e4","response_id":"${state.response}","item_id":"item_1","output_index":0,"content_index":0,"delta":"${audio}"}`,
      );
    },
    until,
  };
}
