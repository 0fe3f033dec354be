import type { WebSocket } from 'ws';
import type { Dialect } from './dialect.ts';
import { floodMessages } from './flood-messages.ts';
import { mannerOf, type Manner } from './manners.ts';

/** What the vendor saw of the sessions of one model. */
export interface VendorStats {
  connections: number;
  /** Messages with user audio. */
  audioMessages: number;
  audioBytes: number;
  /** Places where the user's audio does not count on: see {@link countingAudio}. Only for 24 kHz. */
  gaps: number;
  /** Of every other message of the gateway. */
  otherBytes: number;
  /** Of what the vendor said. */
  sentBytes: number;
}

/** The attacker is bounded itself: this much, and this long, per connection. */
const MAX_FLOOD_BYTES = 400_000_000;
const MAX_FLOOD_MS = 20_000;
/** Above this the flood waits for the gateway to take something. */
const MAX_WAITING_BYTES = 256 * 1024;
const BATCH = 200;
/** About 1 MB a second: slow enough that every piece is handled by itself. */
const STEADY_BATCH = 5;
const STEP_MS = 5;

/** One connection of the gateway to a vendor that means ill. */
export class VendorSession {
  readonly #socket: WebSocket;
  readonly #dialect: Dialect;
  readonly #model: string;
  readonly #manner: Manner;
  readonly #stats: VendorStats;
  readonly #isFirst: boolean;
  #isReady = false;
  #hasInput = false;
  #nextSample: number | undefined;
  #setup = '';

  constructor(socket: WebSocket, dialect: Dialect, model: string, stats: VendorStats) {
    this.#socket = socket;
    this.#dialect = dialect;
    this.#model = model;
    this.#manner = mannerOf(model);
    this.#stats = stats;
    this.#isFirst = stats.connections === 0;
    stats.connections++;
  }

  receive(message: string): void {
    if (this.#dialect.isSetup(message)) return this.#configure(message);
    const audio = this.#dialect.audioOf(message);
    if (audio === undefined) this.#stats.otherBytes += message.length;
    else this.#hear(audio);
    if (!this.#isReady || this.#hasInput) return;
    this.#hasInput = true;
    this.#onInput();
  }

  #configure(message: string): void {
    if (this.#isReady) return;
    this.#setup = message;
    const manner = this.#manner;
    const isLate = manner.type === 'slow-ready' || (manner.type === 'cut-once' && !this.#isFirst);
    if (isLate) setTimeout(() => this.#becomeReady(), manner.ms);
    else this.#becomeReady();
  }

  #becomeReady(): void {
    this.#isReady = true;
    const manner = this.#manner;
    this.#send(...this.#dialect.ready(this.#model, manner.type === 'expires' ? { expires_at: manner.at } : {}));
    if (manner.type === 'read-nothing') this.#socket.pause();
    else if (manner.type === 'flood' && manner.at === 'ready') void this.#flood();
    else if (manner.type === 'go-away') {
      const message = this.#dialect.goAway(manner.seconds);
      if (message !== undefined) this.#send(message);
    } else if (manner.type === 'close') {
      if (manner.code === 0) this.#socket.terminate();
      else this.#socket.close(manner.code, 'over');
    } else if (manner.type === 'quote-prompt') this.#quotePrompt();
  }

  #onInput(): void {
    const manner = this.#manner;
    if (manner.type === 'flood') void this.#flood();
    else if (manner.type === 'cut-once' && this.#isFirst) this.#socket.terminate();
    else if (manner.type === 'call-tool') {
      this.#send(...this.#dialect.responseStart('resp_1'), ...this.#dialect.toolCall('resp_1', 'call_1'));
      this.#send(...this.#dialect.responseEnd('resp_1'));
    } else if (manner.type === 'long-delta') {
      const audio = Buffer.alloc(manner.seconds * 48_000).toString('base64');
      this.#send(...this.#dialect.responseStart('resp_1'), this.#dialect.audio('resp_1', audio));
      this.#send(...this.#dialect.responseEnd('resp_1'));
    }
  }

  /** In an error, and in the reason of a close, which holds 123 bytes. */
  #quotePrompt(): void {
    const prompt = /"(?:instructions|text)":"((?:[^"\\]|\\.)*)"/.exec(this.#setup)?.[1] ?? '';
    this.#send(this.#dialect.error(`Invalid instructions: '${prompt}'.`));
    setTimeout(() => this.#socket.close(1008, `Not allowed: ${prompt}`.slice(0, 120)), 300);
  }

  #hear(pcm: Buffer): void {
    this.#stats.audioMessages++;
    this.#stats.audioBytes += pcm.byteLength;
    for (let at = 0; at + 1 < pcm.byteLength; at += 2) {
      const sample = pcm.readUInt16LE(at);
      if (this.#nextSample !== undefined && sample !== this.#nextSample) this.#stats.gaps++;
      this.#nextSample = (sample + 1) & 0xffff;
    }
  }

  async #flood(): Promise<void> {
    if (this.#manner.type !== 'flood') return;
    const deadline = performance.now() + MAX_FLOOD_MS;
    const { flood } = this.#manner;
    const batch = flood === 'huge' ? 1 : flood === 'steady-words' ? STEADY_BATCH : BATCH;
    for (let count = 0, bytes = 0; bytes < MAX_FLOOD_BYTES && performance.now() < deadline;) {
      if (this.#socket.readyState !== this.#socket.OPEN) return;
      if (this.#socket.bufferedAmount < MAX_WAITING_BYTES) {
        for (let index = 0; index < batch; index++) {
          bytes += this.#send(...floodMessages(this.#dialect, flood, count++));
        }
      }
      await new Promise((resolve) => {
        const isSteady = flood === 'steady-words' || this.#socket.bufferedAmount >= MAX_WAITING_BYTES;
        if (isSteady) setTimeout(resolve, STEP_MS);
        else setImmediate(resolve);
      });
    }
  }

  /** Returns how many bytes that was. */
  #send(...messages: readonly string[]): number {
    let bytes = 0;
    for (const message of messages) {
      bytes += message.length;
      if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(message);
    }
    this.#stats.sentBytes += bytes;
    return bytes;
  }
}
