import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type {
  AdapterCodec,
  CodecOutput,
  ConnectionEnd,
  DialedAdapter,
  DialPlan,
  ProviderErrorEvent,
  ProviderFrame,
  SessionConfig,
  SessionEvent,
} from '@speko/adapter';
import { type ClientOptions, WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import { maskedTextFrame } from '../framing/websocket-frame.ts';
import { createScrubber } from '../telemetry/create-scrubber.ts';
import { EventOutlet } from './event-outlet.ts';
import type { CommandResult, LinkListener, ProviderConnection } from './provider-link.ts';
import { WakeTimer } from './wake-timer.ts';

const maxRefusalBytes = 4096;
const refusalBodyTimeoutMs = 2000;
/** A vendor that leaves our close unanswered is cut off. */
const closeTimeoutMs = 2000;

/**
 * A provider behind a WebSocket: owns the socket, its deadlines and its keepalive, and leaves every word of the
 * dialect to the codec.
 */
export class DialedLink<Options> implements ProviderConnection {
  readonly #plan: DialPlan;
  readonly #codec: AdapterCodec;
  readonly #clock: Clock;
  readonly #outlet = new EventOutlet();
  readonly #wake: WakeTimer;
  #socket: WebSocket | undefined;
  /** What the socket writes to. */
  #stream: Duplex | undefined;
  #deadline: Timer | undefined;
  #keepAlive: Timer | undefined;
  #missedPongs = 0;
  #closed = false;
  /** What the codec said at the end, apart from errors; `undefined` until it was asked. */
  #lastEvents: readonly SessionEvent[] | undefined;
  #failed: { readonly retryable: boolean } | undefined;

  constructor(adapter: DialedAdapter<Options>, config: SessionConfig, options: Options, clock: Clock) {
    this.#plan = adapter.plan(config, options);
    this.#codec = adapter.createCodec(config, options);
    this.#clock = clock;
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
    });
    socket.on('open', () => {
      this.#deadline = this.#clock.setTimer(
        () =>
          this.#end({
            type: 'timed-out',
            message: `The provider was not ready within ${this.#plan.readyTimeoutMs} ms.`,
          }),
        this.#plan.readyTimeoutMs,
      );
      this.#startKeepAlive(socket);
      this.#guard(() => this.#perform(this.#codec.hello(this.#clock.nowMs())));
    });
    socket.on('message', (data: Buffer) => {
      try {
        this.#perform(this.#codec.decode(data, this.#clock.nowMs()));
      } catch (error) {
        this.#fault(error);
      }
    });
    socket.on('pong', () => {
      this.#missedPongs = 0;
    });
    socket.on('unexpected-response', (_request, response) => this.#refused(response));
    socket.on('close', (code, reason) => this.#end({ type: 'closed', code, reason: reason.toString('utf8') }));
    socket.on('error', (error) => {
      // After the handshake an error is followed by `close`, which says more.
      if (socket.readyState === WebSocket.CONNECTING || !this.#deadline)
        this.#end({ type: 'unreachable', message: error.message });
    });
  }

  listen(listener: LinkListener): void {
    this.#outlet.listen(listener);
  }

  appendAudio(pcm: Uint8Array): void {
    for (const frame of this.#codec.appendAudio(pcm, this.#clock.nowMs())) this.#sendAudio(frame);
    this.#wake.sync(this.#codec.wakeAtMs);
  }

  send(command: Parameters<AdapterCodec['encode']>[0]): CommandResult {
    const output = this.#codec.encode(command, this.#clock.nowMs());
    if (output.type === 'unsupported') return output;
    this.#perform(output);
    return { type: 'ok' };
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  close(whenGone: () => void = () => {}): readonly SessionEvent[] {
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) whenGone();
    else socket.once('close', whenGone);
    this.#outlet.close();
    this.#guard(() => this.#endCodec({ type: 'closed', code: 1000, reason: '' }));
    const lastEvents = this.#lastEvents ?? [];
    this.#lastEvents = [];
    if (this.#closed) return lastEvents;
    this.#release();
    // A paused socket would never see the vendor's answer to the close.
    if (socket?.isPaused === true) socket.resume();
    socket?.close(1000);
    return lastEvents;
  }

  #sendAudio(frame: ProviderFrame): void {
    const ready = typeof frame === 'string' && this.#socket?.readyState === WebSocket.OPEN;
    const fast = ready ? maskedTextFrame(frame) : undefined;
    if (fast === undefined) this.#socket?.send(frame);
    else this.#stream?.write(fast);
  }

  #perform(output: CodecOutput): void {
    if (this.#closed) return;
    for (const frame of output.frames) this.#socket?.send(frame);
    for (const event of output.events) this.#emit(event);
    if (!this.#closed) this.#wake.sync(this.#codec.wakeAtMs);
  }

  #emit(reported: SessionEvent): void {
    if (this.#closed) return;
    const event = reported.type === 'provider-error' ? this.#withoutSecrets(reported) : reported;
    if (event.type === 'session-ready') this.#deadline?.cancel();
    const isFatal = event.type === 'provider-error' && event.fatal;
    if (isFatal) this.#failed = { retryable: event.retryable };
    this.#outlet.emit(event);
    if (!isFatal) return;
    // The outlet stays open: a link that was dialled ahead keeps the reason for whoever claims it.
    this.#release();
    this.#socket?.close(1000);
  }

  /** Vendors quote the key they refuse. */
  #withoutSecrets(event: ProviderErrorEvent): ProviderErrorEvent {
    const credentials = [...Object.values(this.#plan.headers), ...this.#plan.protocols];
    const scrub = createScrubber(credentials.map((value) => value.replace(/^bearer /i, '')));
    return {
      ...event,
      message: scrub(event.message),
      ...(event.providerCode === undefined ? {} : { providerCode: scrub(event.providerCode) }),
    };
  }

  #end(end: ConnectionEnd): void {
    if (this.#closed) return;
    this.#guard(() => {
      for (const error of this.#endCodec(end)) this.#emit(error);
    });
    this.#release();
    this.#socket?.terminate();
  }

  /** The codec's end, once: keeps what it says of the talk for whoever closes the link, and returns its errors. */
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
    this.#outlet.fault(error);
  }

  #release(): void {
    this.#closed = true;
    this.#wake.stop();
    this.#deadline?.cancel();
    this.#keepAlive?.cancel();
  }

  #refused(response: IncomingMessage): void {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      if (body.length < maxRefusalBytes) body += text.slice(0, maxRefusalBytes - body.length);
    });
    const finish = (): void => this.#end({ type: 'refused', status: response.statusCode ?? 0, body });
    response.once('close', finish);
    this.#deadline = this.#clock.setTimer(finish, refusalBodyTimeoutMs);
  }

  #startKeepAlive(socket: WebSocket): void {
    const { keepAlive } = this.#plan;
    if (keepAlive === null) return;
    const beat = (): void => {
      if (this.#missedPongs >= keepAlive.maxMissedPongs) {
        this.#end({ type: 'timed-out', message: `The provider left ${this.#missedPongs} pings unanswered.` });
        return;
      }
      this.#missedPongs += 1;
      socket.ping();
      this.#keepAlive = this.#clock.setTimer(beat, keepAlive.pingIntervalMs);
    };
    this.#keepAlive = this.#clock.setTimer(beat, keepAlive.pingIntervalMs);
  }
}

function dial(plan: DialPlan): WebSocket {
  // The library knows `closeTimeout`, its type declarations do not yet.
  const options: ClientOptions & { closeTimeout: number } = {
    headers: { ...plan.headers },
    handshakeTimeout: plan.handshakeTimeoutMs,
    maxPayload: plan.maxMessageBytes,
    perMessageDeflate: false,
    closeTimeout: closeTimeoutMs,
    // A redirect would replay the credentials to another host.
    followRedirects: false,
    // Codecs survive any bytes, and the check would read all audio once more.
    skipUTF8Validation: true,
  };
  return new WebSocket(plan.url, [...plan.protocols], options);
}
