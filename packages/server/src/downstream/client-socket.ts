import type { Duplex } from 'node:stream';
import { type ClientFrame, encodeServerFrame, LIMITS, type ServerFrame } from '@speko/protocol';
import { WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import { binaryFrame } from '../framing/websocket-frame.ts';
import { type Admission, ClientInflow, type InflowSettings } from './client-inflow.ts';
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
/** While a client owes the rates time, no more than this is read at once: few messages, however small they are. */
const sipBytes = 1024;
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
  #congestion: CongestionWatch | undefined;
  #pinger: Timer | undefined;
  #closing: Timer | undefined;
  /** Set while the client sends too fast to be read. */
  #haste: Timer | undefined;
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
    const nowMs = this.#clock.nowMs();
    const admission = isBinary
      ? this.#inflow?.audio(data.byteLength, nowMs)
      : this.#inflow?.text(data.toString('utf8'), nowMs);
    if (admission?.type === 'audio') this.#handlers?.audio(data, nowMs);
    else if (admission?.type === 'frame') this.#handlers?.frame(admission.frame, data.byteLength, nowMs);
    else if (admission?.type === 'refused') this.#handlers?.refused(admission, nowMs);
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
    if (this.#inflow?.pauseMs(nowMs) === 0) return this.#readOn();
    // A full read would bring thousands of small messages more.
    const bytes = Math.min(sipBytes, this.#stream.readableLength);
    if (bytes > 0 && this.#unsentLimit === undefined) this.#stream.read(bytes);
    this.#minding(nowMs);
  }

  #becameReady(): void {
    this.#inflow?.ready();
    this.#haste?.cancel();
    this.#haste = undefined;
    this.#readOn();
  }

  #pause(): void {
    this.#wasPaused = true;
    this.#socket.pause();
  }

  #readOn(): void {
    if (this.#haste === undefined && this.#unsentLimit === undefined && this.#socket.isPaused) this.#socket.resume();
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
    if (this.#open) this.#readOn();
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
    this.#congestion?.stop();
  }

  #closed(code: number): void {
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
