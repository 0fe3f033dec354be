import { encodeBase64 } from '@speko/adapter-kit';
import type { SimulatedConnection, SimulatedUpgrade } from '@speko/simulator-kit';
import { createOpenAISimulator } from '../create-openai-simulator.ts';
import type { OpenAISimulatorOptions } from '../simulator-options.ts';

export type Message = Record<string, unknown>;

export interface Request {
  url: string;
  key: string | undefined;
  headers: Record<string, string>;
}

export function upgrade({
  url = '/v1/realtime?model=gpt-realtime-2.1',
  headers = {},
  ...rest
}: Partial<Request>): SimulatedUpgrade {
  const key = 'key' in rest ? rest.key : 'test-key';
  return {
    url,
    headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
    protocols: [],
  };
}

/** A connection on a clock that only the test moves. */
export function openSimulator(options: OpenAISimulatorOptions = {}, request: Partial<Request> = {}) {
  const simulator = createOpenAISimulator({ epochMs: () => 1_795_000_000_000, ...options });
  let nowMs = 0;
  const connection: SimulatedConnection = simulator.connect(upgrade(request), nowMs);
  const { frames, end } = connection.open(nowMs);
  return {
    connection,
    first: read(frames),
    end,
    send: (message: Message) => read(connection.receive(JSON.stringify(message), nowMs).frames),
    wait: (ms: number) => {
      const untilMs = nowMs + ms;
      const messages: Message[] = [];
      for (let next = connection.wakeAtMs; next !== undefined && next <= untilMs; next = connection.wakeAtMs) {
        nowMs = next;
        const output = connection.wake(nowMs);
        messages.push(...read(output.frames));
        if (output.end !== undefined) return { messages, end: output.end };
      }
      nowMs = untilMs;
      return { messages, end: undefined };
    },
    types: (messages: Message[]) => messages.map((message) => message['type']),
  };
}

export function read(frames: readonly unknown[]): Message[] {
  return frames.map((frame) => JSON.parse(String(frame)) as Message);
}

export function append(pcm: Uint8Array): Message {
  return { type: 'input_audio_buffer.append', audio: encodeBase64(pcm) };
}

export function typed(text: string, id?: string): Message {
  const item = {
    type: 'message',
    role: 'user',
    content: [{ type: 'input_text', text }],
    ...(id === undefined ? {} : { id }),
  };
  return { type: 'conversation.item.create', item };
}
