import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type {
  AdapterCodec,
  CodecOutput,
  ConnectionEnd,
  DialedAdapter,
  DialPlan,
  ProviderFrame,
  SessionConfig,
  SessionEvent,
} from '@speko/adapter';
import { WebSocket } from 'ws';
import type { Clock, Timer } from '../../clock.ts';
import { maskedTextFrame } from '../../framing/websocket-frame.ts';
import { WakeTimer } from '../../wake-timer.ts';
import { dial } from './dial.ts';
import { InflowMeter } from './inflow-meter.ts';
import { KeepAlive } from './keep-alive.ts';
import { PauseReasons } from './pause-reasons.ts';
import type { CommandResult, LinkListener, ProviderConnection } from './provider-link.ts';
import { ReadyDeadline } from './ready-deadline.ts';
import { VendorWords } from './vendor-words.ts';

const MAX_REFUSAL_BYTES = 4096;
const REFUSAL_BODY_TIMEOUT_MS = 2000;
/** How long a paused vendor is read again before its codec may call it silent, in milliseconds. */
const CATCH_UP_MS = 1000;

/**
 * A provider behind a WebSocket: owns the socket, its deadlines and its keepalive, and leaves every word of the
 * dialect to the codec.
 */
export class DialedLink<Options> implements ProviderConnection {
  readonly #plan: DialPlan;
  readonly #codec: AdapterCodec;
  readonly #clock: Clock;
  /** `undefined` once the link was closed. */
  #listener: LinkListener | undefined;
  /** The vendor is left to wait: its silence is ours then. */
  #isAside = false;
  /** Why its socket is not read. */
  readonly #pause = new PauseReasons<'set-aside' | 'too-fast'>((isPaused) => this.#setPaused(isPaused));
  readonly #inflow: InflowMeter;
  readonly #deadline: ReadyDeadline;
  readonly #wake: WakeTimer;
  readonly #words: VendorWords;
  #socket: WebSocket | undefined;
  /** Target of the socket's writes. */
  #stream: Duplex | undefined;
  #refusalTimer: Timer | undefined;
  /** Messages of a paused vendor are read before it is judged silent. */
  #catchUpTimer: Timer | undefined;
  #hasOpened = false;
  #keepAlive: KeepAlive | undefined;
  /** How far the vendor's clock is ahead of this one. */
  #vendorAheadMs = 0;
  #isClosed = false;
  /** Last events of the codec, except errors; `undefined` until it was asked. */
  #lastEvents: readonly SessionEvent[] | undefined;
  #failed: { readonly retryable: boolean } | undefined;

  constructor({ adapter, config, options, plan, clock, listener }: DialedLinkOptions<Options>) {
    this.#plan = plan;
    this.#listener = listener;
    this.#codec = adapter.createCodec(config, options);
    this.#clock = clock;
    this.#words = new VendorWords({ config, credentials: credentialsOf(plan), clock });
    this.#inflow = new InflowMeter(clock, (isTooFast) => this.#pause.set('too-fast', isTooFast));
    this.#deadline = new ReadyDeadline(clock, () =>
      this.#end({
        type: 'timed-out',
        message: `The provider was not ready within ${this.#plan.readyTimeoutMs} ms.`,
      }),
    );
    this.#wake = new WakeTimer(clock, () => {
      const nowMs = clock.nowMs();
      const due = this.#codec.wakeAtMs;
      if (due === undefined || due > nowMs) this.#wake.sync(due);
      else this.#guard(() => this.#perform(this.#codec.wake(nowMs)));
    });
  }

  get audio() {
    return this.#plan.audio;
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  get failed() {
    return this.#failed;
  }

  start(): void {
    let socket: WebSocket;
    try {
      socket = dial(this.#plan);
    } catch (error) {
      // A header or address that cannot be sent, such as a key with a line break in it.
      this.#end({
        type: 'unreachable',
        message: error instanceof Error ? error.message : 'The address cannot be dialled.',
      });
      return;
    }
    this.#socket = socket;
    socket.on('upgrade', (response) => {
      this.#stream = response.socket;
      // To the second, which is enough to know an end in two minutes from one in an hour.
      const vendorMs = Date.parse(response.headers.date ?? '');
      if (Number.isFinite(vendorMs)) this.#vendorAheadMs = vendorMs - this.#clock.epochMs();
    });
    socket.on('open', () => {
      this.#hasOpened = true;
      this.#deadline.start(this.#plan.readyTimeoutMs);
      this.#startKeepAlive(socket);
      this.#guard(() => this.#perform(this.#codec.hello(this.#clock.nowMs())));
      // A socket that connects could not be paused.
      if (this.#pause.isPaused) socket.pause();
      if (this.#isAside) this.#setAside(true);
    });
    socket.on('message', (data: Buffer) => {
      // Frames after the end are discarded, however many.
      if (this.#isClosed) return;
      try {
        const nowMs = this.#clock.nowMs();
        this.#keepAlive?.sawTraffic();
        this.#inflow.took(data.byteLength, nowMs);
        this.#perform(this.#codec.decode(data, nowMs));
      } catch (error) {
        this.#fault(error);
      }
    });
    socket.on('pong', () => this.#keepAlive?.sawTraffic());
    socket.on('unexpected-response', (_request, response) => this.#refused(response));
    socket.on('close', (code, reason) => this.#end({ type: 'closed', code, reason: reason.toString('utf8') }));
    socket.on('error', (error) => {
      // After the handshake an error is followed by `close`, which says more.
      if (socket.readyState === WebSocket.CONNECTING || !this.#hasOpened)
        this.#end({ type: 'unreachable', message: error.message });
    });
  }

  appendAudio(pcm: Uint8Array): void {
    for (const frame of this.#codec.appendAudio(pcm, this.#clock.nowMs())) this.#sendAudio(frame);
    this.#syncWake();
  }

  send(command: Parameters<AdapterCodec['encode']>[0]): CommandResult {
    const output = this.#codec.encode(command, this.#clock.nowMs());
    if (output.type === 'unsupported') return output;
    this.#words.told(command);
    this.#perform(output);
    return { type: 'ok' };
  }

  pause(): void {
    if (!this.#isAside) this.#setAside(true);
  }

  resume(): void {
    if (this.#isAside) this.#setAside(false);
  }

  close(whenGone: () => void = () => {}): readonly SessionEvent[] {
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) whenGone();
    else socket.once('close', whenGone);
    this.#listener = undefined;
    this.#guard(() => this.#endCodec({ type: 'closed', code: 1000, reason: '' }));
    const lastEvents = this.#lastEvents ?? [];
    this.#lastEvents = [];
    if (this.#isClosed) return lastEvents;
    this.#release();
    // A paused socket would never see the vendor's answer to the close.
    if (socket?.isPaused === true) socket.resume();
    socket?.close(1000);
    return lastEvents;
  }

  #setPaused(isPaused: boolean): void {
    if (isPaused) this.#socket?.pause();
    else this.#socket?.resume();
  }

  #setAside(isAside: boolean): void {
    this.#isAside = isAside;
    this.#pause.set('set-aside', isAside);
    if (this.#isClosed) return;
    this.#keepAlive?.suspend(isAside);
    this.#deadline.suspend(isAside);
    // Codecs count on what they hear as well, such as a vendor's own pings.
    this.#wake.stop();
    this.#catchUpTimer?.cancel();
    if (isAside) return;
    this.#catchUpTimer = this.#clock.setTimer(() => {
      this.#catchUpTimer = undefined;
      this.#syncWake();
    }, CATCH_UP_MS);
  }

  #syncWake(): void {
    if (this.#isClosed || this.#isAside || this.#catchUpTimer !== undefined) return;
    this.#wake.sync(this.#codec.wakeAtMs);
  }

  #sendAudio(frame: ProviderFrame): void {
    const ready = typeof frame === 'string' && this.#socket?.readyState === WebSocket.OPEN;
    const fast = ready ? maskedTextFrame(frame) : undefined;
    if (fast === undefined) this.#socket?.send(frame);
    else this.#stream?.write(fast);
  }

  #perform(output: CodecOutput): void {
    if (this.#isClosed) return;
    for (const frame of output.frames) this.#socket?.send(frame);
    for (const event of output.events) this.#emit(event);
    this.#syncWake();
  }

  #emit(reported: SessionEvent): void {
    if (this.#isClosed) return;
    const event = this.#mended(reported);
    if (event.type === 'session-ready') this.#deadline.cancel();
    const isFatal = event.type === 'provider-error' && event.fatal;
    if (isFatal) this.#failed = { retryable: event.retryable };
    this.#listener?.event(event);
    if (!isFatal) return;
    this.#release();
    this.#socket?.close(1000);
  }

  /** What leaves this link speaks by this clock, and quotes nothing it should not. */
  #mended(event: SessionEvent): SessionEvent {
    if (event.type === 'provider-error') return this.#words.clean(event);
    if (event.type !== 'session-ready' || event.expiresAtMs === undefined) return event;
    return { ...event, expiresAtMs: event.expiresAtMs - this.#vendorAheadMs };
  }

  #end(end: ConnectionEnd): void {
    if (this.#isClosed) return;
    this.#guard(() => {
      for (const error of this.#endCodec(end)) this.#emit(error);
    });
    this.#release();
    this.#socket?.terminate();
  }

  /** The codec's end, once: keeps its last events for the caller of `close`, and returns its errors. */
  #endCodec(end: ConnectionEnd): readonly SessionEvent[] {
    if (this.#lastEvents !== undefined) return [];
    this.#lastEvents = [];
    const events = this.#codec.close(end, this.#clock.nowMs());
    const isError = (event: SessionEvent): boolean => event.type === 'provider-error';
    this.#lastEvents = events.filter((event) => !isError(event));
    return events.filter(isError);
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fault(error);
    }
  }

  /** Codecs promise never to throw: one that does costs its own session, and no other. */
  #fault(error: unknown): void {
    this.#failed = { retryable: false };
    this.#release();
    this.#socket?.terminate();
    this.#listener?.fault(error);
  }

  #release(): void {
    this.#isClosed = true;
    this.#wake.stop();
    this.#deadline.cancel();
    this.#refusalTimer?.cancel();
    this.#catchUpTimer?.cancel();
    this.#inflow.stop();
    this.#keepAlive?.stop();
  }

  #refused(response: IncomingMessage): void {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      if (body.length < MAX_REFUSAL_BYTES) body += text.slice(0, MAX_REFUSAL_BYTES - body.length);
    });
    const finish = (): void => this.#end({ type: 'refused', status: response.statusCode ?? 0, body });
    response.once('close', finish);
    this.#refusalTimer = this.#clock.setTimer(finish, REFUSAL_BODY_TIMEOUT_MS);
  }

  #startKeepAlive(socket: WebSocket): void {
    const { keepAlive } = this.#plan;
    if (keepAlive === null) return;
    this.#keepAlive = new KeepAlive({
      clock: this.#clock,
      intervalMs: keepAlive.pingIntervalMs,
      maxMissed: keepAlive.maxMissedPongs,
      ping: () => socket.ping(),
      onSilence: (missed) => this.#end({ type: 'timed-out', message: `The provider left ${missed} pings unanswered.` }),
    });
    this.#keepAlive.start();
  }
}

/** Where credentials stand in a plan: in headers, behind the name of a scheme, and in subprotocols, behind a prefix. */
function credentialsOf({ headers, protocols }: DialPlan): string[] {
  return [
    ...Object.values(headers).map((value) => value.replace(/^\S+ +/, '')),
    ...protocols.flatMap((value) => [value, value.replace(/^[^.]*\./, '')]),
  ];
}

/** Options of {@link DialedLink}. */
export interface DialedLinkOptions<Options> {
  readonly adapter: DialedAdapter<Options>;
  readonly config: SessionConfig;
  /** Result of the adapter's `parseOptions`. */
  readonly options: Options;
  /** The adapter's for this config and these options. */
  readonly plan: DialPlan;
  readonly clock: Clock;
  readonly listener: LinkListener;
}
