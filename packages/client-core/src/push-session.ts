import { encodeClientFrame, MAX_MESSAGE_BYTES, SUBPROTOCOL, type ClientFrame } from '@speko/protocol/lean';

import { describeOversize } from './message-size.ts';
import { PendingPings } from './pending-pings.ts';
import type { RealtimeTool } from './realtime-tool.ts';
import type { CreateTransport, RealtimeTransport } from './realtime-transport.ts';
import { runTool } from './run-tool.ts';
import type { SessionFrame, SessionToolCallFrame } from './session-frames.ts';
import type { SessionOptions } from './session-options.ts';
import { isSessionInfo, type SessionInfo } from './session-params.ts';
import {
  createSessionState,
  type IgnoredMessage,
  type SessionEffect,
  type SessionInput,
  type SessionState,
} from './session-state.ts';
import { SpekoConnectionError } from './speko-connection-error.ts';
import { invalidArgument, SpekoError } from './speko-error.ts';
import { stepSession } from './step-session.ts';

/** What a {@link PushSession} is made from. */
export interface PushSessionOptions extends Pick<
  SessionOptions,
  'tools' | 'signal' | 'openTimeoutMs' | 'closeTimeoutMs' | 'highWaterBytes'
> {
  readonly info: SessionInfo;
  readonly createTransport: CreateTransport;
}

/** Where a session's frames go. Nothing here may throw: a session that stopped halfway through a step would neither go on nor end. */
export interface SessionOutlet {
  /** Takes a frame. */
  emit(frame: SessionFrame): void;
  /** Takes a message that became no frame. */
  ignored(message: IgnoredMessage): void;
  /** Forgets the audio that nobody has read. */
  dropAudio(): void;
  /** Nothing follows. */
  end(): void;
}

/** A message this large is far below every gateway's limit; longer audio goes out in several. */
const MAX_AUDIO_MESSAGE_BYTES = MAX_MESSAGE_BYTES / 16;
const DRAIN_POLL_MS = 10;

/**
 * One conversation: performs what {@link stepSession} decides, on a transport that the platform brings, and pushes frames into an
 * outlet that it brings too. {@link ClientSession} has one that can be iterated.
 *
 * Commands after the end are ignored, as with a browser's WebSocket; the `close` frame tells that it is over.
 */
export class PushSession {
  readonly sessionId: string;
  /** ISO 8601 instant until which the session could be opened. */
  readonly expiresAt: string;
  /** Rate of the audio you send, in Hz. */
  readonly inputSampleRate: number;
  /** Rate of the audio you get, in Hz. */
  readonly outputSampleRate: number;
  readonly #options: PushSessionOptions;
  readonly #outlet: SessionOutlet;
  readonly #tools: ReadonlyMap<string, RealtimeTool>;
  /** Aborts what tools do when the session is over. */
  readonly #over = new AbortController();
  readonly #closed: Promise<void>;
  readonly #pings = new PendingPings();
  #state: SessionState;
  #transport: RealtimeTransport | undefined;
  #closeTimer: ReturnType<typeof setTimeout> | undefined;
  #markClosed!: () => void;

  /** @throws {@link SpekoError} `INVALID_ARGUMENT` when `info` is not what a mint answers */
  constructor(options: PushSessionOptions, outlet: SessionOutlet) {
    const { info, tools = [] } = options;
    if (!isSessionInfo(info)) throw invalidArgument('Pass the whole answer of createSession() as session info.');
    this.sessionId = info.sessionId;
    this.expiresAt = info.expiresAt;
    this.inputSampleRate = info.inputSampleRate;
    this.outputSampleRate = info.outputSampleRate;
    this.#options = options;
    this.#outlet = outlet;
    const automatic = tools.filter((tool) => tool.execute !== undefined);
    this.#tools = new Map(automatic.map((tool) => [tool.name, tool]));
    this.#state = createSessionState({ outputSampleRate: info.outputSampleRate, automaticTools: this.#tools.keys() });
    this.#closed = new Promise((resolve) => (this.#markClosed = resolve));
  }

  /** Where the session stands. */
  get state(): SessionState['state'] {
    return this.#state.state;
  }

  /** Calls of the model that nobody has answered yet: name by call id. */
  get openToolCalls(): ReadonlyMap<string, string> {
    return this.#state.state === 'closed' ? new Map() : this.#state.openToolCalls;
  }

  /**
   * Opens the WebSocket; called once, by the platform package. The provider may still be connecting afterwards: `ready`
   * tells, and what is sent before it is kept.
   * @throws {@link SpekoAuthError} and {@link SpekoApiError} when the upgrade is refused, {@link SpekoConnectionError}, or
   * the signal's reason
   */
  async connect(): Promise<void> {
    const { signal, openTimeoutMs = 10_000, createTransport, info } = this.#options;
    signal?.throwIfAborted();
    const onAbort = (): void => void this.close();
    signal?.addEventListener('abort', onAbort, { once: true });
    void this.#closed.then(() => signal?.removeEventListener('abort', onAbort));
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      void this.close();
    }, openTimeoutMs);
    try {
      await new Promise<void>((resolve, reject) => {
        void this.#closed.then(() => reject(notOpened('the attempt was given up')));
        this.#transport = createTransport({
          url: info.wsUrl,
          protocols: [info.wsToken, SUBPROTOCOL],
          handlers: {
            onOpen: () => {
              this.#apply({ type: 'opened' });
              resolve();
            },
            onText: (text) => this.#apply({ type: 'text', text }),
            onBinary: (pcm) => this.#apply({ type: 'audio', pcm }),
            onClose: (close) => {
              this.#apply({ type: 'disconnected', code: close.code, reason: close.reason });
              reject(close.error ?? notOpened(`close code ${close.code} ${close.reason}`.trimEnd()));
            },
          },
        });
      });
    } catch (error) {
      this.#apply({ type: 'disconnected', code: 1006, reason: '' });
      signal?.throwIfAborted();
      if (timedOut) throw openTimeout(openTimeoutMs);
      throw SpekoError.isInstance(error) ? error : notOpened('the runtime refused to dial it', error);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Sends user audio at `inputSampleRate`.
   * @param pcm - Mono PCM16, little-endian, even length; any size. The bytes may be reused at once.
   * @returns when there is room for more; `false` when the session is over and the audio went nowhere
   * @throws {@link SpekoError} `INVALID_ARGUMENT` for an odd length
   */
  async sendAudio(pcm: Uint8Array): Promise<boolean> {
    if (pcm.byteLength % 2 !== 0) {
      throw invalidArgument(`PCM16 has two bytes per sample, but ${pcm.byteLength} bytes were given.`);
    }
    for (let at = 0; at < pcm.byteLength && this.#isSendable(); at += MAX_AUDIO_MESSAGE_BYTES) {
      this.#transport?.send(pcm.subarray(at, at + MAX_AUDIO_MESSAGE_BYTES));
    }
    const { highWaterBytes = 65_536 } = this.#options;
    // Browsers have no event for a drained WebSocket, so everyone asks.
    while (this.#isSendable() && (this.#transport?.bufferedAmount ?? 0) > highWaterBytes) {
      await new Promise<void>((resolve) => void setTimeout(resolve, DRAIN_POLL_MS));
    }
    return this.#isSendable();
  }

  /** Ends the user's turn: the model answers. Does nothing when there is nothing to answer. */
  commit(): void {
    this.#send({ t: 'control', action: 'commit' });
  }

  /** Drops audio that was sent and not yet committed. */
  clear(): void {
    this.#send({ t: 'control', action: 'clear' });
  }

  /**
   * Cuts the assistant's response: none of its audio is delivered any more, unread audio included. An `interruption`
   * frame follows in any case.
   * @param options - `playedMs`: how much of the response was heard, in milliseconds, for the model's memory.
   */
  interrupt({ playedMs }: { playedMs?: number | undefined } = {}): void {
    this.#send(playedMs === undefined ? { t: 'interrupt' } : { t: 'interrupt', playedMs: checkMs(playedMs) });
  }

  /**
   * Sends a typed user message; the model answers.
   * @throws {@link SpekoError} `INVALID_ARGUMENT` for an empty text, or one too large for a message
   */
  sendText(text: string): void {
    if (text === '') throw invalidArgument('sendText needs a text that is not empty.');
    this.#send({ t: 'text', text });
  }

  /**
   * Answers a `tool_call`.
   * @param output - A string is sent as it is, anything else as JSON.
   * @throws {@link SpekoError} `INVALID_ARGUMENT` for an output too large for a message
   */
  sendToolResult(callId: string, output: unknown): void {
    const text = typeof output === 'string' ? output : (JSON.stringify(output) ?? 'null');
    this.#send({ t: 'tool_result', callId, output: text });
  }

  /** Tells how much of an assistant turn was heard, in milliseconds: once after an `interruption`, and when a turn has been played. */
  reportPlayback(turn: string, playedMs: number): void {
    this.#send({ t: 'playback', turn, playedMs: checkMs(playedMs) });
  }

  /**
   * Measures the round trip to the gateway.
   * @returns milliseconds
   * @throws {@link SpekoConnectionError} `CONNECTION_CLOSED` when the session ends first
   */
  async ping(): Promise<number> {
    const { id, roundTripMs } = this.#pings.start();
    this.#send({ t: 'ping', id });
    if (!this.#isSendable()) this.#pings.end();
    const measuredMs = await roundTripMs;
    if (measuredMs !== undefined) return measuredMs;
    throw new SpekoConnectionError({ code: 'CONNECTION_CLOSED', message: 'The session ended. Open a new one.' });
  }

  /**
   * Ends the session and waits until the connection is closed. May be called again, and at any time.
   * @param code - 1000, or 3000 to 4999.
   * @param reason - At most 123 bytes.
   */
  close(code = 1000, reason = 'client_closed'): Promise<void> {
    if (code !== 1000 && !(Number.isInteger(code) && code >= 3000 && code <= 4999)) {
      throw invalidArgument(`A client may close with 1000 or 3000 to 4999, not ${code}.`);
    }
    if (new TextEncoder().encode(reason).byteLength > 123)
      throw invalidArgument('A close reason has at most 123 bytes.');
    this.#apply({ type: 'close', code, reason });
    return this.#closed;
  }

  #isSendable(): boolean {
    return this.#state.state === 'preparing' || this.#state.state === 'open';
  }

  #send(frame: ClientFrame): void {
    const oversize = describeOversize(encodeClientFrame(frame));
    if (oversize !== undefined) throw invalidArgument(`This ${frame.t} frame is ${oversize}. Send less.`);
    this.#apply({ type: 'send', frame });
  }

  #apply(input: SessionInput): void {
    const { state, effects } = stepSession(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'emit':
        this.#outlet.emit(effect.frame);
        return;
      case 'send':
        this.#transport?.send(encodeClientFrame(effect.frame));
        return;
      case 'drop-audio':
        this.#outlet.dropAudio();
        return;
      case 'run-tool':
        void this.#runTool(effect.call);
        return;
      case 'pong':
        this.#pings.answer(effect.id);
        return;
      case 'close':
        this.#cutAfterTimeout();
        this.#transport?.close(effect.code, effect.reason);
        return;
      case 'await-close':
        this.#cutAfterTimeout();
        return;
      case 'ignored':
        this.#outlet.ignored(effect.message);
        return;
      case 'finish':
        this.#finish();
        return;
      default:
        return effect satisfies never;
    }
  }

  async #runTool({ callId, name, arguments: argumentsJson }: SessionToolCallFrame): Promise<void> {
    const tool = this.#tools.get(name);
    if (tool === undefined) return;
    const outcome = await runTool(tool, argumentsJson, { callId, name, signal: this.#over.signal });
    this.#apply({ type: 'tool-done', callId, ...outcome });
  }

  #cutAfterTimeout(): void {
    this.#closeTimer = setTimeout(() => {
      this.#transport?.terminate();
      // Not every runtime reports a connection that it cut, or soon; a report that came is not overruled.
      this.#apply({ type: 'disconnected', code: 1006, reason: '' });
    }, this.#options.closeTimeoutMs ?? 5_000);
  }

  #finish(): void {
    clearTimeout(this.#closeTimer);
    this.#outlet.end();
    this.#over.abort();
    this.#pings.end();
    this.#markClosed();
  }
}

function notOpened(why: string, cause?: unknown): SpekoConnectionError {
  return new SpekoConnectionError({
    code: 'CONNECTION_FAILED',
    message: `The WebSocket did not open: ${why}. Check that wsUrl can be reached from here.`,
    cause,
  });
}

function openTimeout(openTimeoutMs: number): SpekoConnectionError {
  return new SpekoConnectionError({
    code: 'TIMEOUT',
    message: `The WebSocket did not open within ${openTimeoutMs} ms. Check that wsUrl can be reached from here.`,
  });
}

function checkMs(playedMs: number): number {
  if (Number.isFinite(playedMs) && playedMs >= 0) return playedMs;
  throw invalidArgument(`playedMs must be 0 or more milliseconds, not ${playedMs}.`);
}
