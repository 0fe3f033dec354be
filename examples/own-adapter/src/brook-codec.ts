import type {
  AdapterCodec,
  CodecOutput,
  CommandOutput,
  ConnectionEnd,
  HistoryItem,
  ProviderErrorEvent,
  ProviderFrame,
  ResponseTruncateCommand,
  SessionCommand,
  SessionConfig,
  SessionEvent,
  TokenUsage,
} from '@speko/adapter';
import { ignoredSettings, ModelResponses, parseJsonFrame } from '@speko/adapter-kit';
import { CAPABILITIES } from './brook-capabilities.ts';
import { readConnectionEnd, readFault } from './brook-errors.ts';
import { BrookLines } from './brook-lines.ts';
import {
  ASSISTANT_AUDIO,
  audioFrame,
  type BrookServerMessage,
  type BrookTokens,
  readAudioFrame,
  serverMessageSchema,
  USER_AUDIO,
  VOICES,
} from './brook-wire.ts';

/** Translates one connection: the vendor's messages into events, the gateway's commands into messages. */
export class BrookCodec implements AdapterCodec {
  readonly wakeAtMs = undefined;
  readonly #config: SessionConfig;
  readonly #lines: BrookLines;
  readonly #responses = new ModelResponses();
  /** The reply that the vendor is making; audio frames do not say whose they are. */
  #replyId: string | undefined;
  #sentMessages = 0;
  #hasUnsentAudio = false;
  #isClosing = false;
  #hasFailed = false;

  constructor(config: SessionConfig) {
    this.#config = config;
    this.#lines = new BrookLines(config.turnDetection);
  }

  hello(): CodecOutput {
    const { systemPrompt, voice, temperature, turnDetection, tools, firstMessage, continuation } = this.#config;
    const begin = this.#message('begin', {
      persona: systemPrompt ?? '',
      voice: voice ?? VOICES[0],
      listen: turnDetection === 'auto' ? 'auto' : 'button',
      skills: tools.map(({ name, description, parameters }) => ({ name, about: description, args: parameters })),
      ...(temperature === undefined ? {} : { warmth: temperature / 2 }),
      ...(firstMessage === undefined ? {} : { say: firstMessage }),
      ...(continuation === undefined ? {} : { earlier: continuation.history.flatMap(toEarlier) }),
    });
    return { events: [], frames: [begin] };
  }

  decode(frame: ProviderFrame): CodecOutput {
    const audio = readAudioFrame(ASSISTANT_AUDIO, frame);
    if (audio !== undefined) return { events: this.#hear(audio, frame), frames: [] };
    const json = parseJsonFrame(frame);
    const message = json.ok ? serverMessageSchema.safeParse(json.value) : undefined;
    if (message?.data?.op === 'drum') return { events: [], frames: [this.#message('drum')] };
    if (message?.data?.op === 'skill') return this.#callSkill(message.data);
    if (message?.success) return { events: this.#read(message.data), frames: [] };
    return { events: [json.ok ? unknownMessage(json.value) : unreadableFrame(frame)], frames: [] };
  }

  appendAudio(pcm: Uint8Array): readonly ProviderFrame[] {
    this.#hasUnsentAudio = true;
    return [audioFrame(USER_AUDIO, pcm)];
  }

  encode(command: SessionCommand): CommandOutput {
    switch (command.type) {
      case 'text-append':
        return done([this.#message('type', { words: command.text })]);
      case 'audio-commit':
        return done([this.#message('done')], this.#commit());
      case 'audio-clear':
        this.#hasUnsentAudio = false;
        return done([this.#message('drop')], this.#lines.drop());
      case 'response-cancel':
        return done(
          this.#hush(command.responseId),
          this.#responses.end(command.responseId, 'cancelled', { reason: 'client_cancelled' }),
        );
      case 'response-truncate':
        return done(this.#hush(command.responseId, heardMs(command)));
      case 'tool-result':
        return done([this.#skillDone(this.#responses.answered(command.callId), command.output)]);
      default:
        return command satisfies never;
    }
  }

  wake(): CodecOutput {
    return { events: [], frames: [] };
  }

  close(end: ConnectionEnd): readonly SessionEvent[] {
    return [
      ...this.#lines.drop(),
      ...this.#responses.end(this.#responses.openId, 'failed', { reason: 'connection_ended' }),
      ...this.#fail(readConnectionEnd(end, this.#isClosing)),
    ];
  }

  #read(message: Exclude<BrookServerMessage, { op: 'drum' | 'skill' }>): SessionEvent[] {
    switch (message.op) {
      case 'begun':
        return [{ type: 'session-ready', ignored: ignoredSettings(this.#config, CAPABILITIES) }];
      case 'closing':
        this.#isClosing = true;
        return [{ type: 'go-away', timeLeftMs: message.in * 1000 }];
      case 'ear':
        return message.is === 'open'
          ? [...this.#lines.speechStart(message.line), ...this.#interrupt()]
          : this.#lines.speechEnd(message.line);
      case 'heard':
        return this.#lines.heard(message.line, message.words, message.sure);
      case 'reply':
        return this.#readReply(message);
      case 'words':
        return this.#responses.words(...place(message.reply), message.add);
      case 'fault':
        return this.#fail(readFault(message));
      default:
        return message satisfies never;
    }
  }

  /** A call that cannot be used is answered at once, so that the model goes on. */
  #callSkill({ ask, name, args }: Extract<BrookServerMessage, { op: 'skill' }>): CodecOutput {
    const { events, result } = this.#responses.call({ callId: ask, name, arguments: args });
    return { events, frames: result === undefined ? [] : [this.#skillDone(result.callId, result.output)] };
  }

  #readReply({ reply, state, tokens }: Extract<BrookServerMessage, { op: 'reply' }>): SessionEvent[] {
    const [responseId] = place(reply);
    if (state === 'start') {
      this.#replyId = responseId;
      return this.#responses.start(responseId);
    }
    this.#replyId = undefined;
    const usage = tokens === undefined ? undefined : toUsage(tokens);
    const isOpen = responseId === this.#responses.openId;
    // What an answer cost is known only now, also where it was interrupted long ago.
    if (!isOpen) return usage === undefined ? [] : [{ type: 'usage-report', responseId, usage }];
    return this.#responses.end(responseId, state === 'done' ? 'completed' : 'cancelled', {
      ...(state === 'cut' ? { reason: 'cut' } : {}),
      ...(usage === undefined ? {} : { usage }),
    });
  }

  #hear(audio: Uint8Array, frame: ProviderFrame): SessionEvent[] {
    if (this.#replyId === undefined) return [unreadableFrame(frame)];
    return this.#responses.audio(this.#replyId, speechOf(this.#replyId), audio);
  }

  /** Once the user speaks, nothing more of the answer is heard. */
  #interrupt(): SessionEvent[] {
    return this.#responses.end(this.#responses.openId, 'cancelled', { reason: 'turn_detected' });
  }

  /** With turn detection the vendor says itself where the line ended. */
  #commit(): SessionEvent[] {
    const hasAudio = this.#hasUnsentAudio;
    this.#hasUnsentAudio = false;
    return hasAudio && this.#config.turnDetection === 'manual' ? this.#lines.commit() : [];
  }

  /** Silences a reply; one that the vendor never announced is silent already. */
  #hush(responseId: string, heard?: number): ProviderFrame[] {
    const reply = /^reply-(\d+)$/.exec(responseId)?.[1];
    if (reply === undefined) return [];
    return [this.#message('hush', { reply: Number(reply), ...(heard === undefined ? {} : { heard_ms: heard }) })];
  }

  #skillDone(ask: string, gives: string): string {
    return this.#message('skill-done', { ask, gives });
  }

  #message(op: string, fields: object = {}): string {
    this.#sentMessages += 1;
    return JSON.stringify({ op, n: this.#sentMessages, ...fields });
  }

  /** A fatal failure is reported once. */
  #fail(error: ProviderErrorEvent): SessionEvent[] {
    if (this.#hasFailed) return [];
    this.#hasFailed = error.fatal;
    return [error];
  }
}

function done(frames: readonly ProviderFrame[], events: readonly SessionEvent[] = []): CommandOutput {
  return { type: 'ok', events, frames };
}

/** The ids of a reply and of what is spoken in it. */
function place(reply: number): [responseId: string, itemId: string] {
  const responseId = `reply-${reply}`;
  return [responseId, speechOf(responseId)];
}

function speechOf(responseId: string): string {
  return `${responseId}-speech`;
}

function heardMs({ items }: ResponseTruncateCommand): number {
  return Math.round(items.reduce((sum, item) => sum + item.heardMs, 0));
}

/** Brook is told only what was said: it has no words for calls and their results. */
function toEarlier(item: HistoryItem): { by: 'user' | 'brook'; words: string }[] {
  if (item.type !== 'message' || item.role === 'system') return [];
  return [{ by: item.role === 'user' ? 'user' : 'brook', words: item.text }];
}

function toUsage(tokens: BrookTokens): TokenUsage {
  return {
    inputAudioTokens: tokens.in_audio,
    outputAudioTokens: tokens.out_audio,
    inputTextTokens: Math.max(0, tokens.in - tokens.in_audio),
    outputTextTokens: Math.max(0, tokens.out - tokens.out_audio),
    cachedTokens: 0,
  };
}

function unknownMessage(raw: unknown): SessionEvent {
  const op = typeof raw === 'object' && raw !== null && 'op' in raw ? raw.op : undefined;
  return { type: 'provider-raw', name: typeof op === 'string' && op !== '' ? op : 'invalid', raw };
}

function unreadableFrame(raw: ProviderFrame): SessionEvent {
  return { type: 'provider-raw', name: 'invalid', raw };
}
