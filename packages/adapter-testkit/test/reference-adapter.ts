import { Buffer } from 'node:buffer';
// The adapter that the suite is tried on: as small as one can be that keeps every promise.
import {
  AdapterError,
  type AdapterCodec,
  type CapabilityFlags,
  type CapabilityName,
  type CodecOutput,
  type CommandOutput,
  type ConnectionEnd,
  type DialedAdapter,
  type ProviderErrorEvent,
  type ProviderFrame,
  type SessionCommand,
  type SessionConfig,
  type SessionEvent,
} from '@speko/adapter';
import { decodeIntactBase64, parseJsonFrame, readToolArguments } from '@speko/adapter-kit';

export interface ReferenceOptions {
  readonly apiKey: string;
}

const ALL: CapabilityFlags = {
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
  fullDuplex: false,
};

/** @param without - Abilities that this variant lacks, and honestly says so. */
export function createReference(without: readonly CapabilityName[] = []): DialedAdapter<ReferenceOptions> {
  const flags: CapabilityFlags = { ...ALL, ...Object.fromEntries(without.map((flag) => [flag, false])) };
  const missing = Object.entries(flags).filter(([, isAble]) => !isAble);
  return {
    kind: 'dialed',
    id: 'reference',
    displayName: 'Reference',
    exampleModel: 'reference-1',
    capabilities: { ...flags, reasons: Object.fromEntries(missing.map(([flag]) => [flag, `No ${flag} here.`])) },
    parseOptions(input) {
      const options = input as Partial<ReferenceOptions> | null;
      if (typeof options?.apiKey === 'string' && Object.keys(options).length === 1) return { apiKey: options.apiKey };
      throw new AdapterError({ code: 'BAD_OPTIONS', message: 'Set apiKey and nothing else.' });
    },
    plan: (_config, { apiKey }) => ({
      url: 'wss://reference.example/v1',
      headers: { authorization: `Bearer ${apiKey}` },
      protocols: [],
      audio: { inputSampleRateHz: 24_000, outputSampleRateHz: 24_000 },
      handshakeTimeoutMs: 10_000,
      readyTimeoutMs: 10_000,
      maxMessageBytes: 1_000_000,
      keepAlive: { pingIntervalMs: 20_000, maxMissedPongs: 2 },
    }),
    createCodec: (config) => new ReferenceCodec(config, flags),
  };
}

export class ReferenceCodec implements AdapterCodec {
  wakeAtMs: number | undefined;
  readonly #config: SessionConfig;
  readonly #flags: CapabilityFlags;
  readonly #open = new Set<string>();
  readonly #muted = new Set<string>();
  readonly #arguments = new Map<string, string>();
  /** The vendor's id of each call. */
  readonly #calls = new Map<string, string>();
  #frames: string[] = [];
  #hasFailed = false;

  constructor(config: SessionConfig, flags: CapabilityFlags) {
    this.#config = config;
    this.#flags = flags;
  }

  hello(nowMs: number): CodecOutput {
    this.wakeAtMs = nowMs + 1000;
    const { model, voice, temperature, turnDetection, firstMessage, tools } = this.#config;
    const setup = {
      type: 'setup',
      model,
      turn: this.#able(turnDetection === 'auto' ? 'turnDetectionAuto' : 'turnDetectionManual')
        ? turnDetection
        : turnDetection === 'auto'
          ? 'manual'
          : 'auto',
      tools: this.#able('tools') ? tools.map((tool) => tool.name) : [],
      ...(this.#able('voice') ? { voice } : {}),
      ...(this.#able('temperature') ? { temperature } : {}),
      ...(this.#able('firstMessage') ? { greet: firstMessage } : {}),
    };
    return { events: [], frames: [JSON.stringify(setup)] };
  }

  decode(frame: ProviderFrame, _nowMs: number): CodecOutput {
    const reading = parseJsonFrame(frame);
    if (!reading.ok) return { events: [raw('invalid', frame)], frames: [] };
    const message = reading.value;
    if (typeof message !== 'object' || message === null) return { events: [raw('invalid', message)], frames: [] };
    const fields = message as Record<string, unknown>;
    const events = this.#map(String(fields['type']) || 'invalid', fields);
    return { events, frames: this.#frames.splice(0) };
  }

  appendAudio(pcm: Uint8Array): readonly ProviderFrame[] {
    return [JSON.stringify({ type: 'audio', data: Buffer.from(pcm).toString('base64') })];
  }

  encode(command: SessionCommand): CommandOutput {
    switch (command.type) {
      case 'audio-commit':
        return this.#send('commit', { type: 'commit' });
      case 'audio-clear':
        return this.#send('clear', { type: 'clear' });
      case 'text-append':
        return this.#send('text', { type: 'text', text: command.text });
      case 'response-cancel':
        if (this.#able('interrupt')) this.#muted.add(command.responseId);
        return this.#send('interrupt', { type: 'cancel', response: command.responseId });
      case 'response-truncate':
        return this.#send('truncate', { type: 'truncate', response: command.responseId });
      case 'tool-result':
        return this.#send('tools', {
          type: 'tool_result',
          id: this.#calls.get(command.callId) ?? command.callId,
          output: command.output,
        });
      default:
        return command satisfies never;
    }
  }

  wake(nowMs: number): CodecOutput {
    this.wakeAtMs = nowMs + 1000;
    return { events: [], frames: [] };
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    this.wakeAtMs = undefined;
    const ends = [...this.#open].map((responseId): SessionEvent => ({
      type: 'response-end',
      responseId,
      status: 'failed',
      reason: end.type,
    }));
    this.#open.clear();
    return this.#hasFailed ? ends : [...ends, describeEnd(end)];
  }

  #able(flag: CapabilityName): boolean {
    return this.#flags[flag];
  }

  #send(flag: CapabilityName, message: object): CommandOutput {
    if (!this.#able(flag)) return { type: 'unsupported', reason: `No ${flag} here.` };
    return { type: 'ok', events: [], frames: [JSON.stringify(message)] };
  }

  #map(type: string, fields: Record<string, unknown>): SessionEvent[] {
    const text = (key: string): string =>
      typeof fields[key] === 'string' && fields[key] !== '' ? fields[key] : 'none';
    const count = (key: string): number => (typeof fields[key] === 'number' && fields[key] >= 0 ? fields[key] : 0);
    const turnId = text('turn');
    const responseId = text('response');
    const itemId = text('item');
    switch (type) {
      case 'ready':
        return [{ type: 'session-ready', model: text('model'), ignored: this.#ignored() }];
      case 'handle':
        return this.#able('resumption') ? [{ type: 'resumption-update', handle: text('value'), resumable: true }] : [];
      case 'speech_started':
        return [{ type: 'speech-start', turnId }];
      case 'speech_stopped':
        return [{ type: 'speech-end', turnId }];
      case 'committed':
        return [{ type: 'input-commit', turnId }];
      case 'user_text':
        if (!this.#able('userTranscript')) return [];
        return [{ type: 'transcript-end', role: 'user', turnId, text: text('text') }];
      case 'response_started':
        this.#open.add(text('id'));
        return [{ type: 'response-start', responseId: text('id') }];
      case 'words':
        if (this.#muted.has(responseId) || !this.#able('assistantTranscript')) return [];
        return [{ type: 'transcript-delta', role: 'assistant', turnId: responseId, itemId, delta: text('text') }];
      case 'audio':
        return this.#audio(responseId, itemId, text('data'));
      case 'tool_args':
        this.#arguments.set(text('id'), (this.#arguments.get(text('id')) ?? '') + text('part'));
        return [];
      case 'tool_done': {
        const written = readToolArguments(this.#arguments.get(text('id')));
        this.#arguments.delete(text('id'));
        const callId = this.#calls.has(text('id')) ? `${text('id')}~${this.#calls.size}` : text('id');
        this.#calls.set(callId, text('id'));
        if (written.ok) return [{ type: 'tool-call', callId, name: text('name'), arguments: written.text, responseId }];
        const output = JSON.stringify({ error: written.problem });
        this.#frames.push(JSON.stringify({ type: 'tool_result', id: text('id'), output }));
        return [report('UNUSABLE_TOOL_CALL', written.problem)];
      }
      case 'response_done': {
        this.#open.delete(text('id'));
        const status = fields['status'] === 'completed' ? 'completed' : 'cancelled';
        if (!this.#able('usage')) return [{ type: 'response-end', responseId: text('id'), status }];
        const usage = {
          inputAudioTokens: count('input'),
          outputAudioTokens: count('output'),
          inputTextTokens: 0,
          outputTextTokens: 0,
          cachedTokens: 0,
        };
        return [{ type: 'response-end', responseId: text('id'), status, usage }];
      }
      case 'bye':
        return [{ type: 'go-away', timeLeftMs: count('ms') }];
      case 'error':
        this.#hasFailed = true;
        return [describeError(text('kind'))];
      default:
        return [raw(type, fields)];
    }
  }

  #audio(responseId: string, itemId: string, data: string): SessionEvent[] {
    const pcm = decodeIntactBase64(data);
    if (pcm === undefined) return [report('PROVIDER_ERROR', 'Damaged audio.')];
    if (this.#muted.has(responseId) || pcm.byteLength === 0 || pcm.byteLength % 2 !== 0) return [];
    return [{ type: 'audio-delta', responseId, itemId, pcm }];
  }

  #ignored(): string[] {
    const { turnDetection } = this.#config;
    const auto = turnDetection === 'auto' && !this.#able('turnDetectionAuto');
    const manual = turnDetection === 'manual' && !this.#able('turnDetectionManual');
    return [
      ...(auto || manual ? ['s2s.turnDetection'] : []),
      ...(this.#able('tools') ? [] : ['s2s.tools']),
      ...(this.#able('voice') ? [] : ['s2s.voice']),
      ...(this.#able('temperature') ? [] : ['s2s.temperature']),
      ...(this.#able('firstMessage') ? [] : ['firstMessage']),
    ];
  }
}

function raw(name: string, value: unknown): SessionEvent {
  return { type: 'provider-raw', name, raw: value };
}

function report(code: ProviderErrorEvent['code'], message: string): ProviderErrorEvent {
  return { type: 'provider-error', code, message, fatal: false, retryable: false };
}

function describeError(kind: string): ProviderErrorEvent {
  const base = { type: 'provider-error', message: kind, fatal: true, retryable: false } as const;
  if (kind === 'auth') return { ...base, code: 'AUTH_FAILED' };
  if (kind === 'quota') return { ...base, code: 'QUOTA_EXCEEDED' };
  return { ...base, code: 'PROVIDER_ERROR' };
}

function describeEnd(end: ConnectionEnd): ProviderErrorEvent {
  const base = { type: 'provider-error', message: end.type, fatal: true, retryable: true } as const;
  switch (end.type) {
    case 'refused':
      return end.status === 401 ? { ...base, code: 'AUTH_FAILED', retryable: false } : { ...base, code: 'UNAVAILABLE' };
    case 'unreachable':
      return { ...base, code: 'CONNECT_FAILED' };
    case 'closed':
    case 'timed-out':
      return { ...base, code: 'CONNECTION_LOST' };
    default:
      return end satisfies never;
  }
}
