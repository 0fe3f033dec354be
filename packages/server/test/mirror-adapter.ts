import type { AdapterCapabilities, DialedAdapter, SessionEvent } from '@speko/adapter';

const allAbilities: AdapterCapabilities = {
  turnDetectionAuto: true,
  turnDetectionManual: true,
  commit: true,
  clear: true,
  interrupt: true,
  truncate: true,
  text: true,
  tools: true,
  parallelTools: true,
  firstMessage: true,
  temperature: true,
  voice: true,
  userTranscript: true,
  assistantTranscript: true,
  usage: true,
  resumption: false,
  fullDuplex: false,
  reasons: { resumption: 'The mirror dialect has no resumption.' },
};

export interface MirrorOptions {
  readonly url: string;
  readonly pingIntervalMs?: number;
  readonly handshakeTimeoutMs?: number;
  readonly readyTimeoutMs?: number;
}

/**
 * An adapter whose vendor speaks the contract itself: text frames are events and commands as JSON, binary frames are
 * audio. Tests of the server play the vendor and see exactly what the server asks for.
 */
export const mirrorAdapter: DialedAdapter<MirrorOptions> = {
  kind: 'dialed',
  id: 'mirror',
  displayName: 'Mirror',
  exampleModel: 'mirror-1',
  capabilities: allAbilities,
  parseOptions: (input) => input as MirrorOptions,
  plan: (_config, options) => ({
    url: options.url,
    headers: { authorization: 'Bearer mirror-secret' },
    protocols: [],
    audio: { inputSampleRateHz: 24_000, outputSampleRateHz: 24_000 },
    handshakeTimeoutMs: options.handshakeTimeoutMs ?? 2000,
    readyTimeoutMs: options.readyTimeoutMs ?? 2000,
    maxMessageBytes: 1_048_576,
    keepAlive:
      options.pingIntervalMs === undefined ? null : { pingIntervalMs: options.pingIntervalMs, maxMissedPongs: 2 },
  }),
  createCodec: (config) => {
    let hasFailed = false;
    return {
      wakeAtMs: undefined,
      wake: () => ({ events: [], frames: [] }),
      hello: () => ({ events: [], frames: [JSON.stringify({ type: 'hello', model: config.model })] }),
      decode(frame) {
        const bytes = typeof frame === 'string' ? new TextEncoder().encode(frame) : frame;
        // Every text frame of this dialect begins with a brace; audio in the tests never does.
        if (bytes[0] !== 0x7b) {
          return {
            events: [{ type: 'audio-delta', responseId: 'r1', itemId: 'i1', pcm: Uint8Array.from(bytes) }],
            frames: [],
          };
        }
        const event = JSON.parse(new TextDecoder().decode(bytes)) as SessionEvent;
        hasFailed ||= event.type === 'provider-error' && event.fatal;
        return { events: [event], frames: [] };
      },
      appendAudio: (pcm) => [pcm],
      encode: (command) =>
        command.type === 'audio-clear'
          ? { type: 'unsupported', reason: 'Mirrors cannot forget.' }
          : { type: 'ok', events: [], frames: [JSON.stringify(command)] },
      close(end) {
        if (hasFailed) return [];
        const message =
          end.type === 'closed'
            ? `closed ${end.code} ${end.reason}`
            : `${end.type} ${'status' in end ? `${end.status} ${end.body}` : end.message}`;
        const code = end.type === 'closed' ? (end.code === 1000 ? 'CLOSED' : 'CONNECTION_LOST') : 'CONNECT_FAILED';
        return [{ type: 'provider-error', code, message, fatal: true, retryable: end.type !== 'refused' }];
      },
    };
  },
};
