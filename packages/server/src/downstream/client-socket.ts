import type { Duplex } from 'node:stream';
import { type ClientFrame, encodeServerFrame, LIMITS, type ServerFrame } from '@speko/protocol';
import { WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import { Fifo } from '../fifo.ts';
import { binaryFrame } from '../framing/websocket-frame.ts';
import { type Admission, ClientInflow, type InflowSettings } from './client-inflow.ts';
import { SmallChunks } from './small-chunks.ts';
import { type CongestionHandlers, type CongestionSettings, CongestionWatch } from './congestion-watch.ts';

/** What a client's socket reports. Nothing is reported after `closed`. */
export interface ClientSocketHandlers extends CongestionHandlers {
  /** `byteLength` is the size of its message. */
  frame(frame: ClientFrame, byteLength: number, nowMs: number): void;
  /** Whole PCM16 samples; may be none. */
  audio(pcm: Buffer, nowMs: number): void;
  /** What to tell the client of what it sent; `fatal`: it is not to be listened to any longer. */
  refused(refusal: Extract<Admission, { type: 'refused' }>, nowMs: number): void;
  /** A message over the limit arrived and was not read. */
  tooLarge(): void;
  /** What arrived is no WebSocket message, or one far over the limit. The socket is closing for it, with its own code. */
  unreadable(): void;
  closed(code: number): void;
}

export interface ClientSocketSettings extends CongestionSettings, InflowSettings {
  readonly maxMessageBytes: number;
  readonly pingIntervalMs: number;
}

const closeTimeoutMs = 2000;
/** Answers to the client's own frames that may wait for it; at half of them it is read again. */
const maxUnsentReplies = 256;
/** What still arrives on a connection that we close is thrown away, up to here: then it waits to be cut off. */
const maxLateMessages = 20_000;

/** One client's WebSocket: framing, liveness, and what is bounded on its way in and out. Knows nothing of calls. */
export class ClientSocket {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #settings: ClientSocketSettings;
  readonly #clock: Clock;
  #handlers: ClientSocketHandlers | undefined;
  #inflow: ClientInflow | undefined;
  readonly #chunks = new SmallChunks((pcm) => this.#handlers?.audio(pcm, this.#clock.nowMs()));
  #congestion: CongestionWatch | undefined;
  #pinger: Timer | undefined;
  #closing: Timer | undefined;
  /** Set while the client sends too fast to be read. */
  #haste: Timer | undefined;
  /** What one read brought beyond the message that was one too many: at most 64 KiB, in messages of 6 bytes or more. */
  readonly #held = new Fifo<string | Buffer>();
  /** Set while too many answers wait for the client for more to be caused. */
  #unsentLimit: Timer | undefined;
  #unsentReplies = 0;
  #lateMessages = 0;
  #silentRounds = 0;
  /** Was not read at some time since the latest ping. */
  #wasPaused = false;
  #open = true;

  constructor(socket: WebSocket, stream: Duplex, settings: ClientSocketSettings, clock: Clock) {
    this.#socket = socket;
    this.#stream = stream;
    this.#settings = settings;
    this.#clock = clock;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A connection that breaks is told by `close` alone.
      if (error.code?.startsWith('WS_ERR_') === true) this.#handlers?.unreadable();
    });
    socket.on('close', (code: number) => this.#closed(code));
  }

  /** @param inputSampleRateHz rate of the client's audio, by which its speed is judged */
  listen(handlers: ClientSocketHandlers, inputSampleRateHz: number): void {
    this.#handlers = handlers;
    this.#inflow = new ClientInflow(this.#settings, inputSampleRateHz, this.#clock.nowMs());
    this.#congestion = new CongestionWatch(() => this.#socket.bufferedAmount, this.#settings, this.#clock, handlers);
    this.#socket.on('message', (data: Buffer, isBinary: boolean) => this.#received(data, isBinary));
    this.#socket.on('ping', () => this.#keptAlive());
    this.#socket.on('pong', () => this.#keptAlive());
    this.#schedulePing();
  }

  frame(frame: ServerFrame): void {
    if (!this.#open) return;
    const text = encodeServerFrame(frame);
    if (this.#congestion?.admit(text.length) === false) return;
    if (isReply(frame)) this.#socket.send(text, this.#replying());
    else this.#socket.send(text);
    this.#congestion?.written();
    if (frame.t === 'ready') this.#becameReady();
  }

  audio(pcm: Uint8Array): void {
    if (!this.#open || this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#congestion?.admit(pcm.byteLength) === false) return;
    this.#stream.write(binaryFrame(pcm));
    this.#congestion?.written();
  }

  /** Sends nothing more; a peer that does not answer the close is cut off. */
  close(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#release();
    // A paused socket would never see the client's answer to the close.
    if (this.#socket.isPaused) this.#socket.resume();
    this.#socket.close(code, reason);
    this.#closing = this.#clock.setTimer(() => this.#socket.terminate(), closeTimeoutMs);
  }

  #received(data: Buffer, isBinary: boolean): void {
    this.#silentRounds = 0;
    if (!this.#open) {
      this.#lateMessages += 1;
      if (this.#lateMessages > maxLateMessages) this.#socket.pause();
      return;
    }
    if (data.byteLength > this.#settings.maxMessageBytes) return this.#handlers?.tooLarge();
    const message = isBinary ? data : data.toString('utf8');
    if (this.#isHeld || this.#held.length > 0) this.#held.push(message);
    else this.#take(message, this.#clock.nowMs());
  }

  #take(message: string | Buffer, nowMs: number): void {
    if (typeof message !== 'string') {
      const admission = this.#inflow?.audio(message.byteLength, nowMs);
      if (admission?.type === 'audio') this.#chunks.add(message);
      else if (admission?.type === 'refused') this.#handlers?.refused(admission, nowMs);
    } else {
      this.#chunks.flush();
      const byteLength = Buffer.byteLength(message);
      const admission = this.#inflow?.text(message, byteLength, nowMs);
      if (admission?.type === 'frame') this.#handlers?.frame(admission.frame, byteLength, nowMs);
      else if (admission?.type === 'refused') this.#handlers?.refused(admission, nowMs);
    }
    this.#minding(nowMs);
  }

  /** A ping or pong of the WebSocket itself. The library answers pings, and cuts off who leaves too many answers unread. */
  #keptAlive(): void {
    this.#silentRounds = 0;
    const nowMs = this.#clock.nowMs();
    this.#inflow?.keepAlive(nowMs);
    this.#minding(nowMs);
  }

  /** Stops reading a client that sends too fast, and looks again a moment later. */
  #minding(nowMs: number): void {
    if (this.#haste !== undefined || !this.#open) return;
    const pauseMs = this.#inflow?.pauseMs(nowMs) ?? 0;
    if (pauseMs === 0) return;
    this.#pause();
    this.#haste = this.#clock.setTimer(() => this.#lookAgain(), pauseMs);
    const notice = this.#inflow?.paused(nowMs, nowMs + pauseMs);
    if (notice?.type === 'refused') this.#handlers?.refused(notice, nowMs);
  }

  #lookAgain(): void {
    this.#haste = undefined;
    const nowMs = this.#clock.nowMs();
    this.#minding(nowMs);
    // Each message that is taken may be one too many again.
    while (this.#open && !this.#isHeld && this.#held.length > 0) this.#take(this.#held.shift() ?? '', nowMs);
    if (this.#open && !this.#isHeld && this.#socket.isPaused) this.#socket.resume();
  }

  #becameReady(): void {
    this.#inflow?.ready();
    if (this.#haste === undefined) return;
    this.#haste.cancel();
    // Whoever sends the frame has to be ready as well.
    this.#haste = this.#clock.setTimer(() => this.#lookAgain(), 0);
  }

  #pause(): void {
    this.#wasPaused = true;
    this.#socket.pause();
  }

  /** Nothing of the client is taken for the moment. */
  get #isHeld(): boolean {
    return this.#haste !== undefined || this.#unsentLimit !== undefined;
  }

  /**
   * An answer that the client causes. It is read also while it takes nothing, since its speech cuts the answer; but
   * what it could cause without end ends here.
   */
  #replying(): () => void {
    this.#unsentReplies += 1;
    if (this.#unsentReplies >= maxUnsentReplies && this.#unsentLimit === undefined) {
      this.#pause();
      this.#unsentLimit = this.#clock.setTimer(() => this.#handlers?.tooSlow(), this.#settings.congestionTimeoutMs);
    }
    return this.#replySent;
  }

  readonly #replySent = (): void => {
    this.#unsentReplies -= 1;
    if (this.#unsentLimit === undefined || this.#unsentReplies > maxUnsentReplies / 2) return;
    this.#unsentLimit.cancel();
    this.#unsentLimit = undefined;
    if (this.#open && this.#haste === undefined) this.#lookAgain();
  };

  #schedulePing(): void {
    this.#pinger = this.#clock.setTimer(() => {
      // Silence of a socket that we did not read is ours.
      if (this.#wasPaused) this.#silentRounds = 0;
      this.#wasPaused = this.#socket.isPaused;
      if (this.#silentRounds >= LIMITS.silentPings) {
        this.#socket.terminate();
        return;
      }
      this.#silentRounds += 1;
      this.#socket.ping();
      this.#schedulePing();
    }, this.#settings.pingIntervalMs);
  }

  #release(): void {
    for (const timer of [this.#pinger, this.#haste, this.#unsentLimit]) timer?.cancel();
    this.#haste = undefined;
    this.#unsentLimit = undefined;
    this.#held.clear();
    this.#chunks.clear();
    this.#congestion?.stop();
  }

  #closed(code: number): void {
    if (this.#open) this.#chunks.flush();
    this.#open = false;
    this.#release();
    this.#closing?.cancel();
    this.#handlers?.closed(code);
    this.#handlers = undefined;
  }
}

/** Frames that answer what a client sent, and that it could cause without end. */
function isReply({ t }: ServerFrame): boolean {
  return t === 'pong' || t === 'interruption' || t === 'error';
}
