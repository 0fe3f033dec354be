import { encodeBase64 } from '@speko/adapter-kit';
import type { ProviderSimulator, SimulatedUpgrade } from '@speko/simulator-kit';
import { createXaiSimulator } from '../create-xai-simulator.ts';
import type { XaiSimulatorOptions } from '../simulator-options.ts';

export type Message = Record<string, unknown>;

export interface Request {
  url: string;
  key: string | undefined;
  protocols: string[];
}

export function upgrade({
  url = '/v1/realtime?model=grok-voice-3.0',
  protocols = [],
  ...rest
}: Partial<Request>): SimulatedUpgrade {
  const key = 'key' in rest ? rest.key : 'test-key';
  return { url, protocols, headers: key === undefined ? {} : { authorization: `Bearer ${key}` } };
}

/** A connection on a clock that only the test moves. */
export function openSimulator(
  options: XaiSimulatorOptions & { simulator?: ProviderSimulator; atMs?: number } = {},
  request: Partial<Request> = {},
) {
  const { simulator = createXaiSimulator(options), atMs = 0 } = options;
  let nowMs = atMs;
  const connection = simulator.connect(upgrade(request), nowMs);
  const { frames } = connection.open(nowMs);
  const send = (message: Message) => read(connection.receive(JSON.stringify(message), nowMs).frames);
  return {
    simulator,
    first: read(frames),
    send,
    configure: (session: Message = {}) => send({ type: 'session.update', session }),
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
  };
}

export function read(frames: readonly unknown[]): Message[] {
  return frames.map((frame) =>
    typeof frame === 'string' ? (JSON.parse(frame) as Message) : { type: 'binary', frame },
  );
}

export const types = (messages: readonly Message[]) => messages.map((message) => String(message['type']));

export const append = (pcm: Uint8Array): Message => ({ type: 'input_audio_buffer.append', audio: encodeBase64(pcm) });

export const typed = (text: string): Message => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});

export const VAD = { turn_detection: { type: 'server_vad', silence_duration_ms: 400 } };
