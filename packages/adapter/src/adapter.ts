import type { AdapterCapabilities } from './capabilities.ts';
import type { SessionCommand } from './commands.ts';
import type { SessionEvent } from './events.ts';
import type { SessionConfig } from './session-config.ts';

/**
 * One message on a provider's socket: a string is a text frame, bytes are a binary frame. A received text frame may
 * be handed over as bytes as well, so that audio inside JSON need not become a string first.
 */
export type ProviderFrame = string | Uint8Array;

/** Audio formats of one provider session: mono PCM16 little-endian at these rates, in hertz. */
export interface ProviderAudio {
  /** Rate of user audio, hertz: 8000, 16000, 24000 or 48000. */
  readonly inputSampleRateHz: number;
  /** Rate of `audio-delta` events, hertz: 8000, 16000, 24000 or 48000. */
  readonly outputSampleRateHz: number;
}

/** A provider of either kind: one that is dialled, or one that runs inside the gateway's process. */
export type RealtimeAdapter<Options = unknown> = DialedAdapter<Options> | InProcessAdapter<Options>;

interface AdapterBase<Options> {
  /** The `provider` value of session requests: lower-case letters, digits and dashes. */
  readonly id: string;
  /** The vendor's name for people. */
  readonly displayName: string;
  /** Capabilities of this provider in an ordinary session. */
  readonly capabilities: AdapterCapabilities;
  /**
   * The same for one session, where it depends on the session's settings, such as who ends the user's turns.
   * Absent where `capabilities` holds for every session. Does no I/O.
   */
  sessionCapabilities?(config: SessionConfig, options: Options): AdapterCapabilities;
  /**
   * Request paths of what this session asks for and this provider has no use for, beyond what the flags say, such as
   * `s2s.systemPrompt`; `session-ready.ignored` lists them too. They are told when the session is minted. Absent where
   * there are none. Does no I/O.
   */
  ignoredSettings?(config: SessionConfig, options: Options): readonly string[];
  /** A model id to show in examples; vendors retire models, so it is never a default for sessions. */
  readonly exampleModel: string;
  /** Further model ids to offer beside `exampleModel`, where they behave differently. @defaultValue none */
  readonly otherModels?: readonly string[];
  /**
   * Validates the operator's options once, at start-up.
   * @throws AdapterError `BAD_OPTIONS` naming the option and what to set.
   */
  parseOptions(input: unknown): Options;
}

/** An adapter for a vendor behind a WebSocket. It translates and nothing else: no socket, timer, retry or log. */
export interface DialedAdapter<Options = unknown> extends AdapterBase<Options> {
  readonly kind: 'dialed';
  /**
   * Where and how to dial. Repeatable, does no I/O. Asked when a session is minted too, so that settings this vendor
   * cannot take are refused then: its cost is bounded whatever the tools' schemas hold, as is that of a codec's `hello`.
   * @throws AdapterError `BAD_OPTIONS` when this session's settings cannot be used with this vendor; its `path` names
   * the setting, where it is one.
   */
  plan(config: SessionConfig, options: Options): DialPlan;
  /** One per connection; it may keep turn state, since some vendors send no ids. */
  createCodec(config: SessionConfig, options: Options): AdapterCodec;
}

/** An adapter whose provider is a pure machine in the gateway's own process. */
export interface InProcessAdapter<Options = unknown> extends AdapterBase<Options> {
  readonly kind: 'in-process';
  /**
   * The rates this engine will use for the session. Asked when a session is minted too.
   * @throws AdapterError `BAD_OPTIONS` when this session's settings cannot be used; its `path` names the setting.
   */
  audio(config: SessionConfig, options: Options): ProviderAudio;
  /** One per session. */
  createEngine(config: SessionConfig, options: Options): ProviderEngine;
}

/** Where and how to dial one session. */
export interface DialPlan {
  /** `ws:` or `wss:`; safe to log, so never with a credential inside. */
  readonly url: string;
  /** Headers of the upgrade request; may hold credentials and are never logged. */
  readonly headers: Readonly<Record<string, string>>;
  /** Subprotocols to offer, in order; may hold a credential. */
  readonly protocols: readonly string[];
  /** The vendor's rates in this session; the gateway resamples. */
  readonly audio: ProviderAudio;
  /** Longest time for TCP, TLS and the upgrade, milliseconds. */
  readonly handshakeTimeoutMs: number;
  /** Longest time from the open socket to `session-ready`, milliseconds. */
  readonly readyTimeoutMs: number;
  /** Largest message accepted from the vendor, bytes. */
  readonly maxMessageBytes: number;
  /**
   * WebSocket pings of ours: a vendor that leaves `maxMissedPongs` in a row unanswered is taken for dead.
   * `null` where the vendor answers pings late or never.
   */
  readonly keepAlive: { readonly pingIntervalMs: number; readonly maxMissedPongs: number } | null;
}

/** What a machine wants done after one input: events for the gateway, then frames for the vendor, each in order. */
export interface CodecOutput {
  readonly events: readonly SessionEvent[];
  readonly frames: readonly ProviderFrame[];
}

/** The answer to a command: done, or not possible with this vendor and why. Never silence. */
export type CommandOutput =
  | { readonly type: 'ok'; readonly events: readonly SessionEvent[]; readonly frames: readonly ProviderFrame[] }
  | { readonly type: 'unsupported'; readonly reason: string };

/**
 * Pure translation for one connection. Methods are total: they never throw, whatever the vendor sends. `nowMs` is a
 * monotonic clock handed in by the gateway.
 *
 * A codec that needs a timer (a request that may stay unanswered, silence to be paced after a commit) reports the
 * time in {@link AdapterCodec.wakeAtMs}; the gateway reads it after every call and calls {@link AdapterCodec.wake}
 * once that time has come.
 */
export interface AdapterCodec {
  /** Sent as soon as the socket opens, such as a vendor's setup message. */
  hello(nowMs: number): CodecOutput;
  /** An unknown message yields `provider-raw`. Frames in the output answer keepalives and drive the dialect. */
  decode(frame: ProviderFrame, nowMs: number): CodecOutput;
  /** User audio, mono PCM16 at the plan's input rate, even length, not empty. Called only after `session-ready`. */
  appendAudio(pcm: Uint8Array, nowMs: number): readonly ProviderFrame[];
  /** Called only after `session-ready`. */
  encode(command: SessionCommand, nowMs: number): CommandOutput;
  /** The time at which `wake` wants to be called, or `undefined`. */
  readonly wakeAtMs: number | undefined;
  /** The time in `wakeAtMs` has come. */
  wake(nowMs: number): CodecOutput;
  /**
   * The connection is gone or was never made. The last call: events close what is open (`response-end`) and name
   * the cause in one fatal `provider-error`, unless one was already reported.
   */
  close(end: ConnectionEnd, nowMs: number): readonly SessionEvent[];
}

/** How a dialled connection ended. */
export type ConnectionEnd =
  /** The upgrade was answered with an HTTP status; `body` is cut to a few kilobytes. */
  | { readonly type: 'refused'; readonly status: number; readonly body: string }
  /** No answer: name resolution, TCP, TLS or a timeout. */
  | { readonly type: 'unreachable'; readonly message: string }
  /** A WebSocket close; 1006 when the connection dropped without one. */
  | { readonly type: 'closed'; readonly code: number; readonly reason: string }
  /** The vendor missed its pongs, or did not get ready in time. */
  | { readonly type: 'timed-out'; readonly message: string };

/** A provider inside the process, pure and timer-free like a codec, but without frames. */
export interface ProviderEngine {
  /** The session begins; the first events, `session-ready` among them. */
  start(nowMs: number): readonly SessionEvent[];
  /** User audio, mono PCM16 at the input rate of `audio`, even length, not empty. */
  appendAudio(pcm: Uint8Array, nowMs: number): readonly SessionEvent[];
  /** Called only after `session-ready`. */
  handle(command: SessionCommand, nowMs: number): EngineOutput;
  readonly wakeAtMs: number | undefined;
  /** The time in `wakeAtMs` has come. */
  wake(nowMs: number): readonly SessionEvent[];
}

/** The answer of an engine to a command: done, or not possible and why. */
export type EngineOutput =
  | { readonly type: 'ok'; readonly events: readonly SessionEvent[] }
  | { readonly type: 'unsupported'; readonly reason: string };
