import type {
  AdapterCapabilities,
  HistoryItem,
  ProviderErrorEvent,
  SessionCommand,
  SessionEvent,
  SessionReadyEvent,
} from '@speko/adapter';
import { END_REASONS, type ClientFrame, type EndReason, type SessionErrorCode } from '@speko/protocol';
import type { Logger } from 'pino';
import type { Clock, Timer } from '../clock.ts';
import type { ClientSocket } from '../downstream/client-socket.ts';
import { InputGate } from '../input-gate.ts';
import type { GatewayMetrics } from '../telemetry/gateway-metrics.ts';
import type { ProviderLink } from '../upstream/connection/provider-link.ts';
import type { EventOutlet } from '../upstream/event-outlet.ts';
import { WakeTimer } from '../wake-timer.ts';
import { brokenOffReason } from './assistant-turn.ts';
import { AudioPath } from './audio-path.ts';
import { ConversationHistory } from './conversation-history.ts';
import type { ConversationPort } from './conversation-port.ts';
import { Conversation } from './conversation.ts';
import { IdleWatch } from './idle-watch.ts';
import type { PreparedSession } from './live-sessions.ts';
import { ProgressSaver } from './progress-saver.ts';
import { describeFailure, failureReason } from './provider-failure.ts';
import { ProviderUplink } from './provider-uplink.ts';
import { readyFrame } from './ready-frame.ts';
import { SessionMeter } from './session-meter.ts';
import type { SessionRecorder } from './session-recorder.ts';
import { SessionTroubles } from './session-troubles.ts';

/** Close code of a socket that the client did not close. */
const LOST_CODE = 1006;

/**
 * One session while its client is connected: joins the client's socket to a provider's link. The rules are the conversation's; this is the thin shell
 * that gives it sockets, a clock and a record, and ends the session exactly once.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #meter: SessionMeter;
  readonly #history = new ConversationHistory();
  readonly #audio: AudioPath;
  readonly #early: InputGate<ClientFrame>;
  readonly #conversation: Conversation;
  readonly #wake: WakeTimer;
  readonly #uplink: ProviderUplink;
  readonly #idle: IdleWatch;
  #lifetime: Timer | undefined;
  readonly #saver: ProgressSaver;
  readonly #troubles: SessionTroubles;
  #isReady = false;
  #isEnding = false;
  #hasEnded = false;
  readonly #startedAtMs: number;

  constructor(options: SessionOptions) {
    const { prepared, link, clock, settings } = options;
    const startedAtMs = clock.nowMs();
    this.#options = options;
    this.#meter = new SessionMeter((waitMs) => options.metrics.firstAudio(prepared.provider.adapter.id, waitMs));
    this.#startedAtMs = startedAtMs;
    this.#audio = new AudioPath(prepared.config, link.audio);
    this.#uplink = new ProviderUplink({
      link,
      path: this.#audio,
      maxBytes: settings.upstreamBufferBytes,
      onDropping: () =>
        this.#overflow('The provider takes audio too slowly: what you send is dropped until it catches up.'),
    });
    this.#idle = new IdleWatch({ clock, timeoutMs: settings.idleTimeoutMs, onIdle: () => this.end('idle_timeout') });
    this.#early = new InputGate({
      clock,
      maxAudioBytes: (settings.readyBufferMs * prepared.config.inputSampleRateHz * 2) / 1000,
      onAudio: (pcm) => {
        this.#conversation.audioReceived();
        this.#uplink.audio(pcm);
      },
      onMessage: (frame) => this.#clientFrame(frame, clock.nowMs()),
      onOverflow: () =>
        this.#overflow(
          `The provider is not ready yet: only the last ${settings.readyBufferMs} ms of audio are kept for it.`,
        ),
      onFault: (error) => this.#fault(error),
    });
    this.#conversation = new Conversation({
      port: this.#port(),
      meter: this.#meter,
      capabilities: options.capabilities,
      turnDetection: prepared.config.turnDetection,
      hasFirstMessage: prepared.config.firstMessage !== undefined,
      outputSampleRateHz: link.audio.outputSampleRateHz,
      playbackGraceMs: options.speaksExtensions ? settings.playbackGraceMs : 0,
      startedAtMs,
    });
    const { logger, metrics, recorder } = options;
    const { sessionId } = prepared;
    const provider = prepared.provider.adapter.id;
    this.#saver = new ProgressSaver({ clock, meter: this.#meter, recorder, durationMs: () => this.#durationMs });
    this.#troubles = new SessionTroubles({ sessionId, provider, clock, logger, metrics });
    this.#wake = new WakeTimer(clock, () =>
      this.#guard(() => {
        this.#conversation.wake(clock.nowMs());
        this.#wake.sync(this.#conversation.wakeAtMs);
      }),
    );
  }

  start(): void {
    const { client, link, events, clock, prepared, recorder } = this.#options;
    recorder.connected(this.#options.connectedAtMs);
    this.#options.metrics.sessionStarted(prepared.provider.adapter.id);
    this.#lifetime = clock.setTimer(() => this.end('duration_limit'), prepared.maxDurationMs);
    this.#idle.start();
    this.#saver.start();
    client.listen(
      {
        frame: (frame, byteLength, nowMs) => this.#guard(() => this.#received(frame, byteLength, nowMs)),
        audio: (pcm, nowMs) => {
          try {
            this.#clientAudio(pcm, nowMs);
          } catch (error) {
            this.#fault(error);
          }
        },
        refused: ({ code, message, fatal, closeCode }, nowMs) => {
          this.#idle.frameReceived(nowMs);
          this.#error(code, message, fatal);
          if (fatal) this.end('protocol_error', closeCode);
        },
        isBackedUp: () => link.bufferedBytes > this.#options.settings.upstreamBufferBytes / 2,
        congested: () => events.setCongested(true),
        drained: () => events.setCongested(false),
        tooSlow: () => this.end('slow_consumer'),
        closed: (code) => this.end(code === LOST_CODE ? 'connection_lost' : 'client_closed'),
      },
      prepared.config.inputSampleRateHz,
    );
    this.#guard(() =>
      events.listen({
        event: (event) => this.#providerEvent(event),
        fault: (error) => this.#fault(error),
      }),
    );
  }

  /** History so far, for a provider session that has to be started anew. */
  history(): readonly HistoryItem[] {
    return this.#history.items(this.#conversation.unfinished(this.#options.clock.nowMs()));
  }

  /** Ends the session; the first reason counts. */
  end(reason: EndReason, closeCode: number = END_REASONS[reason].closeCode): void {
    if (this.#hasEnded || this.#isEnding) return;
    this.#isEnding = true;
    this.#guard(() => this.#conversation.finish(this.#options.clock.nowMs()));
    this.#hasEnded = true;
    const { client, link, events, connectedAtMs, prepared, recorder } = this.#options;
    const durationMs = this.#durationMs;
    this.#wake.stop();
    this.#early.close();
    this.#lifetime?.cancel();
    this.#idle.stop();
    client.frame({ t: 'end', reason });
    client.close(closeCode, reason);
    link.close();
    events.close();
    this.#saver.finish();
    this.#options.metrics.sessionEnded({
      provider: prepared.provider.adapter.id,
      reason,
      durationMs,
      inputAudioMs: this.#meter.inputAudioMs,
      outputAudioMs: this.#meter.outputAudioMs,
    });
    this.#options.onEnd(
      reason,
      recorder.ended({ status: 'ended', reason, atMs: connectedAtMs + durationMs, durationMs }),
    );
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fault(error);
    }
  }

  /** An unexpected error ends this session, and no other. */
  #fault(error: unknown): void {
    const { logger, prepared } = this.#options;
    logger.error({ sessionId: prepared.sessionId, err: error }, 'the session failed');
    if (this.#hasEnded || this.#isEnding) return;
    this.#error('INTERNAL', sessionFault(prepared.sessionId), true);
    this.end(this.#isReady ? 'provider_error' : 'provider_connect_failed');
  }

  #received(frame: ClientFrame, byteLength: number, nowMs: number): void {
    this.#idle.frameReceived(nowMs);
    if (frame.t === 'ping') return this.#clientFrame(frame, nowMs);
    if (this.#early.message(frame, byteLength)) return;
    const message = 'Too much was sent before the session was ready; wait for ready and send this again.';
    this.#error('BAD_FRAME', message, false);
  }

  #clientFrame(frame: ClientFrame, nowMs: number): void {
    this.#conversation.clientFrame(frame, nowMs);
    this.#wake.sync(this.#conversation.wakeAtMs);
  }

  #clientAudio(pcm: Buffer, nowMs: number): void {
    this.#idle.frameReceived(nowMs);
    if (pcm.byteLength === 0) return;
    this.#meter.inputAudioMs += pcm.byteLength / this.#inputBytesPerMs;
    this.#early.audio(pcm);
  }

  #providerEvent(event: SessionEvent): void {
    if (this.#hasEnded) return;
    const nowMs = this.#options.clock.nowMs();
    // Before the conversation, which may answer it by itself.
    if (event.type === 'tool-call')
      this.#history.called(event.callId, event.name, event.arguments, nowMs - this.#startedAtMs);
    if (event.type === 'session-ready') this.#becomeReady(event);
    else if (event.type === 'provider-error') this.#providerError(event);
    else this.#conversation.providerEvent(event, nowMs);
    if (event.type === 'tool-cancel') this.#history.withdrawn(event.callId);
    if (this.#hasEnded) return;
    this.#wake.sync(this.#conversation.wakeAtMs);
    if (event.type !== 'response-end' && event.type !== 'usage-report') return;
    this.#saver.soon();
    const reason = event.type === 'response-end' ? brokenOffReason(event) : undefined;
    if (reason !== undefined) this.#troubles.brokenOff(reason);
  }

  #becomeReady(event: SessionReadyEvent): void {
    const { client, prepared, capabilities } = this.#options;
    client.frame(readyFrame(prepared, capabilities, event));
    this.#isReady = true;
    this.#early.open();
  }

  #providerError(event: ProviderErrorEvent): void {
    const { code, message } = describeFailure(
      event,
      this.#isReady,
      this.#options.prepared.provider.adapter.displayName,
    );
    this.#error(code, message, event.fatal);
    if (event.fatal) this.end(failureReason(event, this.#isReady));
  }

  #send(command: SessionCommand): void {
    if (command.type === 'tool-result') {
      this.#history.answered(command.callId, command.output, this.#options.clock.nowMs() - this.#startedAtMs);
    }
    const result = this.#uplink.send(command);
    if (result.type === 'unsupported') this.#error('UNSUPPORTED', result.reason, false);
    if (result.type !== 'stopped') return;
    this.#error('PROVIDER_UNAVAILABLE', 'The provider has stopped taking data. Start a new session to go on.', true);
    this.end('provider_error');
  }

  #port(): ConversationPort {
    const { client, recorder } = this.#options;
    return {
      frame: (frame) => client.frame(frame),
      error: (code, message) => this.#error(code, message, false),
      audio: (pcm) => this.#deliver(this.#audio.toClient(pcm)),
      audioBoundary: (kind) => (kind === 'cut' ? this.#audio.cutSpeech() : this.#deliver(this.#audio.endOfSpeech())),
      command: (command) => this.#send(command),
      transcript: (entry, final) => {
        if (final) this.#history.said(entry);
        recorder.transcript(entry, final);
      },
    };
  }

  #deliver(audio: Uint8Array): void {
    // Half a sample would shift every one after it.
    const pcm = audio.byteLength % 2 === 0 ? audio : audio.subarray(0, -1);
    if (pcm.byteLength === 0) return;
    this.#meter.outputAudioMs += pcm.byteLength / this.#outputBytesPerMs;
    this.#options.client.audio(pcm);
  }

  #overflow(message: string): void {
    this.#error('AUDIO_OVERFLOW', message, false);
  }

  #error(code: SessionErrorCode, message: string, fatal: boolean): void {
    // Words that were quoted and cut may end in half a character.
    const sentence = message.toWellFormed();
    this.#saver.lastError = { code, message: sentence, atMs: this.#options.connectedAtMs + this.#durationMs };
    this.#troubles.error(code, sentence, fatal);
    this.#options.client.frame({ t: 'error', code, message: sentence, ...(fatal ? { fatal: true } : {}) });
  }

  get #durationMs(): number {
    return Math.round(this.#options.clock.nowMs() - this.#startedAtMs);
  }

  get #inputBytesPerMs(): number {
    return (this.#options.prepared.config.inputSampleRateHz * 2) / 1000;
  }

  get #outputBytesPerMs(): number {
    return (this.#options.prepared.config.outputSampleRateHz * 2) / 1000;
  }
}

/** The message to a client about a fault inside the gateway. */
export function sessionFault(sessionId: string): string {
  return `Something went wrong inside the gateway; start a new session, and if it stays, tell the operator session id ${sessionId}.`;
}

export interface SessionOptions {
  readonly prepared: PreparedSession;
  /** Capabilities of this session. */
  readonly capabilities: AdapterCapabilities;
  /** Started, perhaps long before the client came. */
  readonly link: ProviderLink;
  /** Reports of the link. */
  readonly events: EventOutlet;
  readonly client: ClientSocket;
  /** The client speaks the extensions, so it reports what it played. */
  readonly speaksExtensions: boolean;
  readonly recorder: SessionRecorder;
  readonly clock: Clock;
  /** The present, epoch milliseconds: every instant of the record counts on from it by the monotonic clock. */
  readonly connectedAtMs: number;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly settings: SessionSettings;
  /** @param saved - settles when the record is complete */
  onEnd(reason: EndReason, saved: Promise<void>): void;
}

export interface SessionSettings {
  /** How long a client may send nothing; 0 switches the limit off. */
  readonly idleTimeoutMs: number;
  /** How much audio is kept for a provider that is not ready yet. */
  readonly readyBufferMs: number;
  /** How long a cut waits for the client's `playback` report. */
  readonly playbackGraceMs: number;
  /** Unsent bytes towards the provider at which user audio is dropped. */
  readonly upstreamBufferBytes: number;
}
