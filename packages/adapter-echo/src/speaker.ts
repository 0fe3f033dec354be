import type { SessionEvent, TokenUsage } from '@speko/adapter';
import type { ReplyAudio } from './reply-audio.ts';

const CHUNK_MS = 100;
/** Rules of thumb of a large vendor, so that the numbers look familiar; they bill nothing. */
const MS_PER_INPUT_TOKEN = 100;
const MS_PER_OUTPUT_TOKEN = 50;
const CHARACTERS_PER_TOKEN = 4;

/** One thing to answer: by speech, or by calling tools. */
export type Reply = SpokenReply | ToolReply;

export interface SpokenReply {
  readonly type: 'spoken';
  /** The words. */
  readonly text: string;
  readonly audio: ReplyAudio;
  readonly heard: HeardInput;
}

export interface ToolReply {
  readonly type: 'tools';
  readonly calls: readonly { readonly callId: string; readonly name: string; readonly arguments: string }[];
  readonly heard: HeardInput;
}

/** How much is being answered, for the token estimate. */
export interface HeardInput {
  readonly audioMs: number;
  /** In UTF-16 code units; the texts themselves are not kept. */
  readonly textCharacters: number;
}

/** How much of an answer was delivered, and how much of that was heard as far as anyone said. */
export interface LastAnswer {
  readonly responseId: string;
  readonly sentMs: number;
  readonly heardMs: number;
}

interface ActiveReply {
  readonly reply: SpokenReply;
  readonly responseId: string;
  readonly itemId: string;
  readonly words: readonly string[];
  wordsSaid: number;
  saidCharacters: number;
  sentMs: number;
  nextChunkAtMs: number;
}

/**
 * Says one reply after the other, faster than real time: a chunk of audio when it is due, words beside the audio they
 * stand for.
 */
export class Speaker {
  readonly #chunkIntervalMs: number;
  readonly #queue: Reply[] = [];
  #active: ActiveReply | undefined;
  #lastAnswer: LastAnswer | undefined;
  #responseCount = 0;
  /** While the user speaks nothing new is begun. */
  isHeld = false;

  constructor({ speed }: { readonly speed: number }) {
    this.#chunkIntervalMs = CHUNK_MS / speed;
  }

  get activeResponseId(): string | undefined {
    return this.#active?.responseId;
  }

  get waitingCount(): number {
    return this.#queue.length;
  }

  get lastAnswer(): LastAnswer | undefined {
    return this.#lastAnswer;
  }

  get wakeAtMs(): number | undefined {
    return this.#active?.nextChunkAtMs;
  }

  enqueue(reply: Reply): void {
    this.#queue.push(reply);
  }

  /** Everything that is due by now. */
  speak(nowMs: number): SessionEvent[] {
    const events: SessionEvent[] = [];
    for (;;) {
      if (!this.#active) {
        const reply = this.isHeld ? undefined : this.#queue.shift();
        if (!reply) return events;
        this.#responseCount += 1;
        const responseId = `response_${this.#responseCount}`;
        events.push({ type: 'response-start', responseId });
        if (reply.type === 'tools') {
          events.push(...callTools(reply, responseId));
          continue;
        }
        this.#active = this.#begin(reply, responseId, nowMs);
      }
      if (this.#active.nextChunkAtMs > nowMs) return events;
      this.#sayChunk(this.#active, events);
    }
  }

  /** Breaks off what is being said. */
  cancel(reason: string): SessionEvent[] {
    if (!this.#active) return [];
    const { responseId } = this.#active;
    const usage = estimateUsage({ ...this.#active, heard: this.#active.reply.heard });
    this.#active = undefined;
    return [{ type: 'response-end', responseId, status: 'cancelled', reason, usage }];
  }

  /** Remembers how much of the last answer was heard; word of an older one comes too late to matter. */
  truncate(responseId: string, heardMs: number): void {
    if (this.#lastAnswer?.responseId === responseId) this.#lastAnswer = { ...this.#lastAnswer, heardMs };
  }

  #begin(reply: SpokenReply, responseId: string, nowMs: number): ActiveReply {
    return {
      reply,
      responseId,
      itemId: `item_${this.#responseCount}`,
      words: reply.text.match(/\s*\S+/g) ?? [],
      wordsSaid: 0,
      saidCharacters: 0,
      sentMs: 0,
      nextChunkAtMs: nowMs,
    };
  }

  #sayChunk(active: ActiveReply, events: SessionEvent[]): void {
    const { responseId, itemId, reply } = active;
    const { totalMs } = reply.audio;
    const sentMs = Math.min(totalMs, active.sentMs + CHUNK_MS);
    const wordsDue = Math.ceil((sentMs / totalMs) * active.words.length);
    const delta = active.words.slice(active.wordsSaid, wordsDue).join('');
    if (delta !== '') {
      events.push({ type: 'transcript-delta', role: 'assistant', turnId: responseId, itemId, delta });
    }
    const pcm = reply.audio.read(CHUNK_MS);
    if (pcm.byteLength > 0) events.push({ type: 'audio-delta', responseId, itemId, pcm });
    active.wordsSaid = wordsDue;
    active.saidCharacters += delta.length;
    active.sentMs = sentMs;
    active.nextChunkAtMs += this.#chunkIntervalMs;
    this.#lastAnswer = { responseId, sentMs, heardMs: sentMs };
    if (sentMs < totalMs) return;
    this.#active = undefined;
    const usage = estimateUsage({ ...active, heard: reply.heard });
    events.push({ type: 'response-end', responseId, status: 'completed', usage });
  }
}

/** A response of tool calls says nothing and is over at once. */
function callTools({ calls, heard }: ToolReply, responseId: string): SessionEvent[] {
  const saidCharacters = calls.reduce((sum, call) => sum + call.arguments.length, 0);
  const usage = estimateUsage({ heard, sentMs: 0, saidCharacters });
  return [
    ...calls.map((call): SessionEvent => ({ type: 'tool-call', ...call, responseId })),
    { type: 'response-end', responseId, status: 'completed', usage },
  ];
}

/** Tokens an answer would have cost, had a model made it. */
function estimateUsage(spent: {
  readonly heard: HeardInput;
  readonly sentMs: number;
  readonly saidCharacters: number;
}): TokenUsage {
  return {
    inputAudioTokens: Math.ceil(spent.heard.audioMs / MS_PER_INPUT_TOKEN),
    outputAudioTokens: Math.ceil(spent.sentMs / MS_PER_OUTPUT_TOKEN),
    inputTextTokens: Math.ceil(spent.heard.textCharacters / CHARACTERS_PER_TOKEN),
    outputTextTokens: Math.ceil(spent.saidCharacters / CHARACTERS_PER_TOKEN),
    cachedTokens: 0,
  };
}
