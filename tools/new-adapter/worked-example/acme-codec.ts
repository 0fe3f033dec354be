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
  TokenUsage,
} from '@speko/adapter';
import {
  decodeIntactBase64,
  encodeBase64,
  ignoredSettings,
  ModelResponses,
  parseJsonFrame,
  readVendorError,
  toConnectionError,
  toProviderError,
  UserTurns,
} from '@speko/adapter-kit';
import { CAPABILITIES } from './acme-capabilities.ts';
import type { AcmeClientEvent, SetupEvent } from './acme-client-events.ts';
import { ACME_CONNECTION_ERRORS, ACME_ERRORS } from './acme-errors.ts';
import { type AcmeServerMessage, serverMessageSchema } from './acme-wire.ts';

/** Translates one connection: the vendor's messages into events, the gateway's commands into messages. */
export class AcmeCodec implements AdapterCodec {
  readonly wakeAtMs = undefined;
  readonly #config: SessionConfig;
  readonly #turns = new UserTurns();
  readonly #responses = new ModelResponses();
  #frames: string[] = [];
  #hasFailed = false;

  constructor(config: SessionConfig) {
    this.#config = config;
  }

  hello(): CodecOutput {
    const { model, systemPrompt, voice, temperature, turnDetection, tools, firstMessage } = this.#config;
    const setup: SetupEvent = {
      type: 'setup',
      model,
      turn_detection: turnDetection,
      tools,
      ...(systemPrompt === undefined ? {} : { instructions: systemPrompt }),
      ...(voice === undefined ? {} : { voice }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(firstMessage === undefined ? {} : { greeting: firstMessage }),
    };
    return { events: [], frames: [JSON.stringify(setup)] };
  }

  decode(frame: ProviderFrame): CodecOutput {
    const json = parseJsonFrame(frame);
    const message = json.ok ? serverMessageSchema.safeParse(json.value) : undefined;
    if (message?.success) return { events: this.#read(message.data), frames: this.#takeFrames() };
    return { events: [json.ok ? unknownMessage(json.value) : unreadableFrame(frame)], frames: [] };
  }

  appendAudio(pcm: Uint8Array): readonly ProviderFrame[] {
    return [JSON.stringify({ type: 'audio', data: encodeBase64(pcm) })];
  }

  encode(command: SessionCommand): CommandOutput {
    switch (command.type) {
      case 'text-append':
        return send({ type: 'text', text: command.text });
      case 'audio-commit':
        return send({ type: 'commit' });
      case 'audio-clear':
        return send({ type: 'clear' }, this.#turns.drop());
      case 'response-cancel':
        return send(
          { type: 'cancel', response: command.responseId },
          this.#responses.end(command.responseId, 'cancelled', { reason: 'client_cancelled' }),
        );
      case 'tool-result':
        this.#answer(this.#responses.answered(command.callId), command.output);
        return { type: 'ok', events: [], frames: this.#takeFrames() };
      case 'response-truncate':
        return { type: 'unsupported', reason: CAPABILITIES.reasons.truncate ?? '' };
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
      case 'response_started':
        return this.#responses.start(message.response);
      case 'audio':
        return this.#responses.audio(message.response, message.item, decodeIntactBase64(message.data));
      case 'words':
        return this.#responses.words(message.response, message.item, message.text);
      case 'response_ended':
        return this.#responses.end(message.response, message.status, { usage: toUsage(message.usage) });
      case 'speech_started':
        return [...this.#turns.speechStart(message.at_ms), ...this.#interrupt()];
      case 'speech_stopped':
        return this.#turns.speechEnd(message.at_ms);
      case 'turn_committed':
        return this.#turns.commit();
      case 'turn_text':
        return this.#turns.transcript(message.text);
      case 'tool_call': {
        const call = { callId: message.call, name: message.name, arguments: message.arguments };
        const { events, result } = this.#responses.call(call);
        if (result !== undefined) this.#answer(result.callId, result.output);
        return events;
      }
      case 'expiring':
        return [{ type: 'go-away', timeLeftMs: message.seconds * 1000 }];
      case 'error':
        return this.#fail(toProviderError(readVendorError(message), ACME_ERRORS));
      default:
        return message satisfies never;
    }
  }

  #answer(callId: string, output: string): void {
    const message: AcmeClientEvent = { type: 'tool_result', call: callId, output };
    this.#frames.push(JSON.stringify(message));
  }

  #takeFrames(): string[] {
    return this.#frames.splice(0);
  }

  /** Once the user speaks, nothing more of the answer is heard. */
  #interrupt(): SessionEvent[] {
    return this.#responses.end(this.#responses.openId, 'cancelled', { reason: 'turn_detected' });
  }

  /** A fatal failure is reported once. */
  #fail(error: ProviderErrorEvent): SessionEvent[] {
    if (this.#hasFailed) return [];
    this.#hasFailed = error.fatal;
    return [error];
  }
}

function send(message: AcmeClientEvent, events: readonly SessionEvent[] = []): CommandOutput {
  return { type: 'ok', events, frames: [JSON.stringify(message)] };
}

function toUsage({ input_audio, output_audio }: { input_audio: number; output_audio: number }): TokenUsage {
  return {
    inputAudioTokens: input_audio,
    outputAudioTokens: output_audio,
    inputTextTokens: 0,
    outputTextTokens: 0,
    cachedTokens: 0,
  };
}

function unknownMessage(raw: unknown): SessionEvent {
  const type = typeof raw === 'object' && raw !== null && 'type' in raw ? raw.type : undefined;
  return { type: 'provider-raw', name: typeof type === 'string' && type !== '' ? type : 'invalid', raw };
}

function unreadableFrame(raw: ProviderFrame): SessionEvent {
  return { type: 'provider-raw', name: 'invalid', raw };
}
