import type {
  AdapterCapabilities,
  AdapterCodec,
  CapabilityFlags,
  CodecOutput,
  CommandOutput,
  ConnectionEnd,
  DialedAdapter,
  ProviderAudio,
  ProviderFrame,
  SessionCommand,
  SessionConfig,
  SessionEvent,
} from '@speko/adapter';

const EVERYTHING: CapabilityFlags = {
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
  resumption: true,
  fullDuplex: true,
};

export interface MirrorOptions {
  readonly url: string;
  /** @defaultValue `mirror` */
  readonly id?: string;
  readonly capabilities?: Partial<AdapterCapabilities>;
  readonly audio?: ProviderAudio;
  readonly pingIntervalMs?: number;
  readonly handshakeTimeoutMs?: number;
  readonly readyTimeoutMs?: number;
}

/** The credential in the upgrade request to a mirror vendor: no log line may hold it. */
export const MIRROR_SECRET = 'shapeless mirror credential';

/** What audio of a mirror vendor begins with; its text begins with a brace. */
export const MIRROR_AUDIO_PREFIX: Uint8Array = new Uint8Array([0, 0]);

/**
 * An adapter whose vendor speaks the adapter contract itself: text is an event or a command as JSON, bytes are audio.
 * A test plays the vendor and sees exactly what the gateway asks for.
 */
export function createMirror(options: MirrorOptions): DialedAdapter<MirrorOptions> {
  return {
    kind: 'dialed',
    id: options.id ?? 'mirror',
    displayName: 'Mirror',
    exampleModel: 'mirror-1',
    capabilities: { reasons: {}, ...EVERYTHING, ...options.capabilities },
    parseOptions: (input) => input as MirrorOptions,
    plan: () => ({
      url: options.url,
      headers: { authorization: `Bearer ${MIRROR_SECRET}` },
      protocols: [],
      audio: options.audio ?? { inputSampleRateHz: 24_000, outputSampleRateHz: 24_000 },
      handshakeTimeoutMs: options.handshakeTimeoutMs ?? 5000,
      readyTimeoutMs: options.readyTimeoutMs ?? 5000,
      maxMessageBytes: 4_194_304,
      keepAlive:
        options.pingIntervalMs === undefined ? null : { pingIntervalMs: options.pingIntervalMs, maxMissedPongs: 2 },
    }),
    createCodec: (config) => new MirrorCodec(config, options),
  };
}

/** Exported so that a test can count the ones that are still in memory. */
export class MirrorCodec implements AdapterCodec {
  readonly wakeAtMs = undefined;
  readonly #config: SessionConfig;
  readonly #options: MirrorOptions;
  #responseId = '';
  #failed = false;

  constructor(config: SessionConfig, options: MirrorOptions) {
    if (config.model === 'no-codec') throw new Error('a fault of the adapter that nobody should read');
    this.#config = config;
    this.#options = options;
  }

  hello(): CodecOutput {
    return { events: [], frames: [JSON.stringify({ type: 'hello', ...this.#config })] };
  }

  decode(frame: ProviderFrame): CodecOutput {
    const bytes = typeof frame === 'string' ? new TextEncoder().encode(frame) : frame;
    if (bytes[0] !== 0x7b) {
      const pcm = bytes.subarray(MIRROR_AUDIO_PREFIX.byteLength);
      return { events: [{ type: 'audio-delta', responseId: this.#responseId, itemId: 'i1', pcm }], frames: [] };
    }
    const event = JSON.parse(new TextDecoder().decode(bytes)) as SessionEvent | { readonly type: 'fault' };
    if (event.type === 'fault') throw new Error('a fault of the adapter that nobody should read');
    if (event.type === 'response-start') this.#responseId = event.responseId;
    this.#failed ||= event.type === 'provider-error' && event.fatal;
    return { events: [event], frames: [] };
  }

  appendAudio(pcm: Uint8Array): readonly ProviderFrame[] {
    return [pcm];
  }

  encode(command: SessionCommand): CommandOutput {
    const { text = true, clear = true, reasons } = this.#options.capabilities ?? {};
    if (command.type === 'text-append' && !text) return { type: 'unsupported', reason: reasons?.text ?? '' };
    if (command.type === 'audio-clear' && !clear) return { type: 'unsupported', reason: reasons?.clear ?? '' };
    return { type: 'ok', events: [], frames: [JSON.stringify(command)] };
  }

  wake(): CodecOutput {
    return { events: [], frames: [] };
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    if (this.#failed) return [];
    const code = end.type === 'closed' ? (end.code === 1000 ? 'CLOSED' : 'CONNECTION_LOST') : 'CONNECT_FAILED';
    return [
      {
        type: 'provider-error',
        code,
        message: words(end),
        fatal: true,
        retryable: end.type !== 'refused' && code !== 'CLOSED',
      },
    ];
  }
}

function words(end: ConnectionEnd): string {
  switch (end.type) {
    case 'refused':
      return `HTTP ${end.status}: ${end.body}`;
    case 'closed':
      return `The mirror closed the connection with ${end.code} "${end.reason}".`;
    case 'unreachable':
    case 'timed-out':
      return end.message;
  }
}
