import { encodeClientFrame, MAX_MESSAGE_BYTES, SUBPROTOCOL, type ClientFrame } from '@speko/protocol/lean';
import { describeOversize } from './message-size.ts';
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
import { SpekoConnectionError, type SpekoConnectionErrorCode } from './speko-connection-error.ts';
import { invalidArgument, SpekoError } from './speko-error.ts';
import { stepSession } from './step-session.ts';
import { toOutput } from './write-json.ts';

/** Options of {@link PushSession}. */
export interface PushSessionOptions extends Pick<
  SessionOptions,
  'tools' | 'signal' | 'openTimeoutMs' | 'closeTimeoutMs'
> {
  readonly info: SessionInfo;
  readonly createTransport: CreateTransport;
}

/** Receives the events of a session. Handlers must not throw: a session stopped halfway through a step would neither go on nor end. */
export interface SessionOutlet {
  /** Takes a frame. */
  emit(frame: SessionFrame): void;
  /** Takes a message that became no frame. */
  ignored?(message: IgnoredMessage): void;
  /** Forgets unread audio. */
  dropAudio?(): void;
  /** Nothing follows. */
  end?(): void;
  /** The WebSocket is open. */
  opened?(): void;
  /** A message has come, and been dealt with. */
  received?(): void;
  /** A message is about to leave. */
  sending?(message: string | Uint8Array): void;
}

/** A message this large is far below every gateway's limit; longer audio goes out in several. */
const MAX_AUDIO_MESSAGE_BYTES = MAX_MESSAGE_BYTES / 16;
/** A connection of which nothing is left to say how it ended. */
const LOST = { type: 'disconnected', code: 1006, reason: '' } as const;

/**
 * One conversation: performs what {@link stepSession} decides, on a transport that the platform brings, and pushes frames into an
 * outlet that it brings too. {@link ClientSession} has one that can be iterated.
 *
 * Commands after the end are ignored, as with a browser's WebSocket; the `close` frame tells that it is over.
 */
export class PushSession {
  readonly sessionId: string;
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
  /** Pings whose `pong` has not come yet. */
  readonly #pings = new Map<number, (isAnswered: boolean) => void>();
  #lastPing = 0;
  #state: SessionState;
  #transport: RealtimeTransport | undefined;
  #closeTimer: ReturnType<typeof setTimeout> | undefined;
  #markClosed!: () => void;

  /** @throws {@link SpekoError} `INVALID_ARGUMENT` when `info` is not what a mint answers */
  constructor(options: PushSessionOptions, outlet: SessionOutlet) {
    const { info, tools = [] } = options;
    if (!isSessionInfo(info)) throw invalidArgument('Pass the whole answer of createSession() as session info.');
    this.sessionId = info.sessionId;
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

  /** Bytes that wait to leave. */
  get bufferedAmount(): number {
    return this.#transport?.bufferedAmount ?? 0;
  }

  /** Unanswered calls of the model: name by call id. Live, not a copy. */
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
    signal?.addEventListener('abort', () => void this.close(), { signal: this.#over.signal });
    let timeout: SpekoConnectionError | undefined;
    const timer = setTimeout(() => {
      timeout = notOpened(`there was no answer for ${openTimeoutMs} ms`, undefined, 'TIMEOUT');
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
              this.#outlet.opened?.();
              resolve();
            },
            onText: (text) => this.#receive({ type: 'text', text }),
            onBinary: (pcm) => this.#receive({ type: 'audio', pcm }),
            onClose: ({ code, reason, error = notOpened(`close code ${code} ${reason}`) }) => {
              this.#apply({ type: 'disconnected', code, reason });
              reject(error);
            },
          },
        });
      });
    } catch (error) {
      this.#apply(LOST);
      signal?.throwIfAborted();
      throw timeout ?? (SpekoError.isInstance(error) ? error : notOpened('the runtime refused to dial it', error));
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Sends user audio at `inputSampleRate`, however much waits to leave already.
   * @param pcm - Mono PCM16, little-endian, even length; any size. The bytes may be reused at once.
   * @throws {@link SpekoError} `INVALID_ARGUMENT` for an odd length
   */
  pushAudio(pcm: Uint8Array): void {
    if (pcm.byteLength % 2 !== 0) {
      throw invalidArgument(`PCM16 has two bytes per sample, but ${pcm.byteLength} bytes were given.`);
    }
    for (let at = 0; at < pcm.byteLength && this.isSendable; at += MAX_AUDIO_MESSAGE_BYTES) {
      this.#transmit(pcm.subarray(at, at + MAX_AUDIO_MESSAGE_BYTES));
    }
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
   * Cuts the assistant's response: no more of its audio is delivered, unread audio included. An `interruption`
   * frame follows in any case.
   * @param options - `playedMs`: how much of the response was heard, in milliseconds, for the model's memory.
   */
  interrupt({ playedMs }: { playedMs?: number | undefined } = {}): void {
    checkMs(playedMs);
    this.#send({ t: 'interrupt', playedMs });
  }

  /**
   * Sends a typed user message; the model answers.
   * @throws {@link SpekoError} `INVALID_ARGUMENT` for an empty text, what is no text, or one too large for a message
   */
  sendText(text: string): void {
    if (typeof text !== 'string' || text === '') throw invalidArgument('sendText needs a text that is not empty.');
    this.#send({ t: 'text', text });
  }

  /**
   * Answers a `tool_call`.
   * @param output - A string is sent as it is, anything else as JSON, in which a `bigint` is an integer.
   * @throws {@link SpekoError} `INVALID_ARGUMENT` for an output too large for a message
   * @throws TypeError for one that is no JSON, such as an object that holds itself
   */
  sendToolResult(callId: string, output: unknown): void {
    this.#send({ t: 'tool_result', callId, output: toOutput(output) });
  }

  /** Tells how much of an assistant turn was heard, in milliseconds: once after an `interruption`, and when a turn has been played. */
  reportPlayback(turn: string, playedMs: number): void {
    checkMs(playedMs);
    this.#send({ t: 'playback', turn, playedMs });
  }

  /**
   * Measures the round trip to the gateway.
   * @returns milliseconds
   * @throws {@link SpekoConnectionError} `CONNECTION_CLOSED` when the session ends first
   */
  async ping(): Promise<number> {
    const id = ++this.#lastPing;
    const sentAtMs = performance.now();
    const answer = new Promise<boolean>((settle) => this.#pings.set(id, settle));
    this.#send({ t: 'ping', id });
    if (!this.isSendable) this.#endPings();
    if (await answer) return performance.now() - sentAtMs;
    throw new SpekoConnectionError({ code: 'CONNECTION_CLOSED', message: 'The session ended. Open a new one.' });
  }

  /**
   * Ends the session and waits until the connection is closed. May be called again, and at any time.
   * @param code - 1000, or 3000 to 4999; not checked here.
   * @param reason - At most 123 bytes; not checked here.
   */
  close(code = 1000, reason = 'client_closed'): Promise<void> {
    this.#apply({ type: 'close', code, reason });
    return this.#closed;
  }

  /** Cuts the connection without a closing handshake. */
  cut(): void {
    this.#transport?.terminate();
    // Not every runtime reports a connection that it cut, or soon; a report that came is not overruled.
    this.#apply(LOST);
  }

  /** Whether what is sent now leaves. */
  protected get isSendable(): boolean {
    return this.#state.state === 'preparing' || this.#state.state === 'open';
  }

  #send(frame: ClientFrame): void {
    const oversize = describeOversize(encodeClientFrame(frame));
    if (oversize !== undefined) throw invalidArgument(`This ${frame.t} frame is ${oversize}. Send less.`);
    this.#apply({ type: 'send', frame });
  }

  #receive(message: SessionInput): void {
    this.#apply(message);
    this.#outlet.received?.();
  }

  #transmit(message: string | Uint8Array): void {
    this.#outlet.sending?.(message);
    this.#transport?.send(message);
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
        this.#transmit(encodeClientFrame(effect.frame));
        return;
      case 'drop-audio':
        this.#outlet.dropAudio?.();
        return;
      case 'run-tool':
        void this.#runTool(effect.call);
        return;
      case 'pong':
        this.#pings.get(effect.id)?.(true);
        this.#pings.delete(effect.id);
        return;
      case 'close':
        this.#cutAfterTimeout();
        this.#transport?.close(effect.code, effect.reason);
        return;
      case 'await-close':
        this.#cutAfterTimeout();
        return;
      case 'ignored':
        this.#outlet.ignored?.(effect.message);
        return;
      default:
        // A new effect must not fall through to `finish()`.
        effect satisfies { type: 'finish' };
        this.#finish();
    }
  }

  async #runTool({ callId, name, arguments: text }: SessionToolCallFrame): Promise<void> {
    const tool = this.#tools.get(name);
    if (tool === undefined) return;
    const outcome = await runTool(tool, { callId, name, arguments: text, signal: this.#over.signal });
    this.#apply({ type: 'tool-done', callId, ...outcome });
  }

  #cutAfterTimeout(): void {
    this.#closeTimer = setTimeout(() => this.cut(), this.#options.closeTimeoutMs ?? 5_000);
  }

  #endPings(): void {
    for (const settle of this.#pings.values()) settle(false);
    this.#pings.clear();
  }

  #finish(): void {
    clearTimeout(this.#closeTimer);
    this.#outlet.end?.();
    this.#over.abort();
    this.#endPings();
    this.#markClosed();
  }
}

function notOpened(
  why: string,
  cause?: unknown,
  code: SpekoConnectionErrorCode = 'CONNECTION_FAILED',
): SpekoConnectionError {
  const message = `The WebSocket did not open: ${why.trimEnd()}. Check that wsUrl can be reached from here.`;
  return new SpekoConnectionError({ code, message, cause });
}

function checkMs(playedMs = 0): void {
  if (!Number.isFinite(playedMs) || playedMs < 0) {
    throw invalidArgument(`playedMs must be 0 or more milliseconds, not ${playedMs}.`);
  }
}
