import type {
  AdapterCodec,
  CodecOutput,
  CommandOutput,
  ConnectionEnd,
  ProviderErrorEvent,
  ProviderFrame,
  SessionCommand,
  SessionConfig,
  SessionEvent,
} from '@speko/adapter';
import {
  ignoredSettings,
  ModelResponses,
  parseJsonFrame,
  readVendorError,
  toConnectionError,
  toProviderError,
  UserTurns,
} from '@speko/adapter-kit';
import { CAPABILITIES } from './acme-capabilities.ts';
import { ACME_CONNECTION_ERRORS, ACME_ERRORS } from './acme-errors.ts';
import { type AcmeServerMessage, serverMessageSchema } from './acme-wire.ts';

/** Translates one connection: the vendor's messages into events, the gateway's commands into messages. */
export class AcmeCodec implements AdapterCodec {
  // Step 13: a time at which `wake` is wanted, for vendors that leave something unanswered.
  readonly wakeAtMs = undefined;
  readonly #config: SessionConfig;
  readonly #turns = new UserTurns();
  readonly #responses = new ModelResponses();
  #hasFailed = false;

  constructor(config: SessionConfig) {
    this.#config = config;
  }

  hello(): CodecOutput {
    // Step 6: the message that configures the session, as one JSON text: model, instructions, turn detection, tools…
    return { events: [], frames: [] };
  }

  decode(frame: ProviderFrame): CodecOutput {
    const json = parseJsonFrame(frame);
    const message = json.ok ? serverMessageSchema.safeParse(json.value) : undefined;
    if (message?.success) return { events: this.#read(message.data), frames: [] };
    return { events: [json.ok ? unknownMessage(json.value) : unreadableFrame(frame)], frames: [] };
  }

  appendAudio(_pcm: Uint8Array): readonly ProviderFrame[] {
    // Step 7: one message with exactly these bytes, `encodeBase64(pcm)` where it is JSON.
    return [];
  }

  encode(command: SessionCommand): CommandOutput {
    switch (command.type) {
      case 'text-append': // Step 8
      case 'audio-commit': // Step 9
      case 'audio-clear': // Step 9
      case 'response-cancel': // Step 9: silence the response at once by `this.#responses.end(…, 'cancelled')`
      case 'tool-result': // Step 10
      case 'response-truncate': // Step 12
        return { type: 'unsupported', reason: 'The adapter for Acme does not do this yet.' };
      default:
        return command satisfies never;
    }
  }

  wake(): CodecOutput {
    return { events: [], frames: [] };
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    return [
      ...this.#turns.drop(),
      ...this.#responses.end(this.#responses.openId, 'failed', { reason: 'connection_ended' }),
      ...this.#fail(toConnectionError(end, ACME_CONNECTION_ERRORS)),
    ];
  }

  #read(message: AcmeServerMessage): SessionEvent[] {
    switch (message.type) {
      case 'ready':
        return [
          {
            type: 'session-ready',
            ...(message.model === undefined ? {} : { model: message.model }),
            ignored: ignoredSettings(this.#config, CAPABILITIES),
          },
        ];
      // Step 8: the answer: `this.#responses.start`, `.audio`, `.words`, `.end`.
      // Step 9: the user: `this.#turns.speechStart`, `.speechEnd`, `.commit`, `.transcript`.
      // Step 10: tools: `this.#responses.call`.
      case 'error':
        return this.#fail(toProviderError(readVendorError(message), ACME_ERRORS));
      default:
        return message satisfies never;
    }
  }

  /** A fatal failure is reported once. */
  #fail(error: ProviderErrorEvent): SessionEvent[] {
    if (this.#hasFailed) return [];
    this.#hasFailed = error.fatal;
    return [error];
  }
}

function unknownMessage(raw: unknown): SessionEvent {
  const type = typeof raw === 'object' && raw !== null && 'type' in raw ? raw.type : undefined;
  return { type: 'provider-raw', name: typeof type === 'string' && type !== '' ? type : 'invalid', raw };
}

function unreadableFrame(raw: ProviderFrame): SessionEvent {
  return { type: 'provider-raw', name: 'invalid', raw };
}
