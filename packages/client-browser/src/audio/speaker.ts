import type { SampleRate } from '@speko/protocol/lean';
import { watchDevices } from '../devices/audio-devices.ts';
import { createProblemOutlet } from '../errors/problem-outlet.ts';
import { createWorkletNode } from '../worklets/load-worklet.ts';
import type { PlayerCommand, PlayerEvent, RenderedTurn } from '../worklets/player-messages.ts';
import { openAudioContext, requireAudio, stoppedWhileOpening } from './audio-context.ts';
import type { AudioSink, AudioSinkHandlers, PlayedTurn } from './audio-sink.ts';
import { createLevelMeter } from './level-meter.ts';
import { createOutputRoute, type OutputRoute } from './output-route.ts';

/** How to play. */
export interface SpeakerOptions {
  /** From `listDevices`. @defaultValue the system's default loudspeaker */
  readonly deviceId?: string | undefined;
  /** 0 to 1. @defaultValue 1 */
  readonly volume?: number | undefined;
  /** Where the page serves `@speko/client-browser/worklets/player.js`; needed under a strict Content-Security-Policy. */
  readonly workletUrl?: string | undefined;
  /** The `outputSampleRate` that sessions will likely have; audio at another rate is converted. @defaultValue 24000 */
  readonly expectedSampleRate?: SampleRate | undefined;
  /** How much of a turn must have come before it begins, in milliseconds; it is waited for 100 ms at most. @defaultValue 60 */
  readonly prebufferMs?: number | undefined;
}

/** How playback went since `open`. */
export interface SpeakerStats {
  /** How often the audio of a turn ran out before its end. */
  readonly underruns: number;
  /** Silence that was put in then, in milliseconds. */
  readonly underrunMs: number;
}

/** Resources of an open speaker. */
interface Graph {
  readonly context: AudioContext;
  readonly port: MessagePort;
  readonly gain: GainNode;
  readonly route: OutputRoute;
  readonly close: () => Promise<void>;
}

/** Longest wait for the browser to start a context before it counts as blocked, in milliseconds. */
const BLOCKED_AFTER_MS = 1000;
/** For a change of volume to be smooth: the time for two thirds of it, in seconds. */
const VOLUME_TIME_S = 0.015;

/**
 * The loudspeaker: plays turns in order as their audio comes, holds up to 10 minutes of it, falls silent at once on
 * `flush`, and counts to the sample what was heard.
 */
export class Speaker implements AudioSink {
  readonly #options: SpeakerOptions;
  readonly #meter = createLevelMeter();
  readonly #problems = createProblemOutlet();
  #deviceId: string;
  #volume: number;
  #rate = 24_000;
  #graph: Graph | undefined;
  #handlers: AudioSinkHandlers | undefined;
  #flushes: ((cut: readonly PlayedTurn[]) => void)[] = [];
  #isBlocked = false;
  #blockedTimer: ReturnType<typeof setTimeout> | undefined;
  #stats: SpeakerStats = { underruns: 0, underrunMs: 0 };
  /** Counts `open` and `stop`: what began before the last of them gives up. */
  #epoch = 0;

  constructor(options: SpeakerOptions = {}) {
    this.#options = options;
    this.#deviceId = options.deviceId ?? '';
    this.#volume = clampVolume(options.volume ?? 1);
  }

  /** How loud the output is now, 0 (−60 dBFS or less) to 1 (full scale). */
  get level(): number {
    return this.#meter.read();
  }

  /** How playback went since `open`; changes at most every 50 ms. */
  get stats(): SpeakerStats {
    return this.#stats;
  }

  /**
   * Takes hold of the output. Call it in a click, or the browser may hold back the sound (`OUTPUT_BLOCKED`).
   *
   * @throws ConversationError `INSECURE_CONTEXT`, `UNSUPPORTED` or `WORKLET_BLOCKED`
   * @throws DOMException `AbortError` when `stop` or `open` was called meanwhile
   */
  async open(): Promise<void> {
    // Nothing may be awaited before the context exists: iOS forgets the click.
    requireAudio(true);
    const stopped = this.stop();
    const epoch = this.#epoch;
    const { context, close } = openAudioContext({ sampleRate: this.#options.expectedSampleRate ?? 24_000 });
    try {
      await stopped;
      const node = await createWorkletNode(context, 'player', this.#options.workletUrl, {
        numberOfInputs: 0,
        outputChannelCount: [1],
      });
      const gain = context.createGain();
      gain.gain.value = this.#volume;
      node.connect(gain);
      const route = createOutputRoute(context, gain);
      const missing = this.#deviceId && (await route.use(this.#deviceId).catch((error: unknown) => error));
      if (epoch !== this.#epoch) {
        throw stoppedWhileOpening();
      }
      const { port } = node;
      port.onmessage = ({ data }: MessageEvent<PlayerEvent>) => this.#onEvent(data);
      context.onstatechange = () => this.#checkBlocked();
      const unwatch = watchDevices((devices) => {
        if (!this.#deviceId || devices.some(({ deviceId }) => deviceId === this.#deviceId)) return;
        void route.use('');
        this.#deviceId = '';
        this.#problems.tell('OUTPUT_LOST');
      });
      this.#graph = {
        context,
        port,
        gain,
        route,
        close: () => {
          unwatch();
          port.close();
          route.close();
          return close();
        },
      };
      if (missing) {
        this.#deviceId = '';
        this.#problems.tell('OUTPUT_NOT_FOUND', missing);
      }
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Ready to play. @param sampleRate - Of what `play` will get. @param handlers - Are told what happens. */
  start(sampleRate: SampleRate, handlers: AudioSinkHandlers): void {
    this.#rate = sampleRate;
    this.#handlers = handlers;
    this.#command({ type: 'start', sampleRate, prebufferMs: this.#options.prebufferMs ?? 60 });
    this.#isBlocked = false;
    this.#checkBlocked();
    this.#problems.connect(handlers);
  }

  /** Queues mono PCM16 of a turn. @param turn - Audio of another turn than the last one ends the last one. @param pcm - Is copied. */
  play(turn: string, pcm: Uint8Array): void {
    const { buffer } = pcm.slice(0, pcm.length & ~1);
    this.#command({ type: 'play', turn, pcm: buffer }, [buffer]);
  }

  /** No more audio of this turn will come. Unknown turns are ignored: after `flush` there is nothing left to end. */
  endTurn(turn: string): void {
    this.#command({ type: 'end', turn });
  }

  /** Drops everything queued and falls silent within 5 ms. @returns Every turn that was cut, the one being played first. */
  flush(): Promise<readonly PlayedTurn[]> {
    if (!this.#graph) return Promise.resolve([]);
    this.#command({ type: 'flush' });
    return new Promise((resolve) => this.#flushes.push(resolve));
  }

  /** Tries to play again after `onBlockedChange(true)`. Call it in a click. */
  async unblock(): Promise<void> {
    const resumed = this.#graph?.context.resume().catch(() => {});
    // A browser that goes on blocking leaves the promise open for ever.
    await Promise.race([resumed, new Promise((resolve) => setTimeout(resolve, BLOCKED_AFTER_MS))]);
    this.#checkBlocked();
  }

  /** How loud to play. @param volume - 0 to 1. */
  setVolume(volume: number): void {
    this.#volume = clampVolume(volume);
    const { gain, context } = this.#graph ?? {};
    gain?.gain.setTargetAtTime(this.#volume, context?.currentTime ?? 0, VOLUME_TIME_S);
  }

  /**
   * Changes the loudspeaker.
   *
   * @param deviceId - From `listDevices`; `''` is the system's default.
   * @throws ConversationError `OUTPUT_NOT_FOUND`; the device before stays in use
   */
  async setDevice(deviceId: string): Promise<void> {
    await this.#graph?.route.use(deviceId);
    this.#deviceId = deviceId;
  }

  /** Lets go of the output. May be called twice; `open` may follow. */
  async stop(): Promise<void> {
    this.#epoch++;
    clearTimeout(this.#blockedTimer);
    this.#handlers = undefined;
    this.#problems.connect(undefined);
    this.#meter.push(0);
    this.#stats = { underruns: 0, underrunMs: 0 };
    for (const resolve of this.#flushes.splice(0)) resolve([]);
    const graph = this.#graph;
    this.#graph = undefined;
    await graph?.close();
  }

  #onEvent(event: PlayerEvent): void {
    switch (event.type) {
      case 'started':
        this.#handlers?.onTurnStart(event.turn);
        break;
      case 'played':
        this.#handlers?.onTurnPlayed(this.#toPlayed(event));
        break;
      case 'cut':
        this.#flushes.shift()?.(event.turns.map((turn) => this.#toPlayed(turn)));
        break;
      case 'overflow':
        this.#problems.tell('OUTPUT_OVERFLOW');
        break;
      case 'level':
        this.#meter.push(event.rms * this.#volume);
        this.#stats = { underruns: event.underruns, underrunMs: event.underrunMs };
    }
  }

  #toPlayed({ turn, frames }: RenderedTurn): PlayedTurn {
    return { turn, playedMs: Math.round((frames * 1000) / this.#rate) };
  }

  #checkBlocked(): void {
    clearTimeout(this.#blockedTimer);
    if (this.#graph?.context.state === 'running') this.#setBlocked(false);
    else if (this.#graph) this.#blockedTimer = setTimeout(() => this.#setBlocked(true), BLOCKED_AFTER_MS);
  }

  #setBlocked(isBlocked: boolean): void {
    if (isBlocked === this.#isBlocked) return;
    this.#isBlocked = isBlocked;
    this.#handlers?.onBlockedChange(isBlocked);
    if (isBlocked) this.#problems.tell('OUTPUT_BLOCKED');
  }

  #command(command: PlayerCommand, transfer: Transferable[] = []): void {
    this.#graph?.port.postMessage(command, transfer);
  }
}

function clampVolume(volume: number): number {
  return Math.max(0, Math.min(1, volume));
}
