import type { SampleRate } from '@speko/protocol/lean';
import { listDevices, watchDevices } from '../devices/audio-devices.ts';
import type { ConversationError } from '../errors/conversation-error.ts';
import { microphonePermission, toMicrophoneError } from '../errors/microphone-error.ts';
import { createProblemOutlet } from '../errors/problem-outlet.ts';
import type { CaptureCommand } from '../worklets/capture-messages.ts';
import { prepareWorklet } from '../worklets/load-worklet.ts';
import { requireAudio, stoppedWhileOpening } from './audio-context.ts';
import type { AudioSource, AudioSourceHandlers } from './audio-source.ts';
import { openCaptureGraph, stopStream, type CaptureGraph } from './capture-graph.ts';
import { createLevelMeter } from './level-meter.ts';
import { createMicrophoneWatch } from './microphone-watch.ts';

/** How to listen. */
export interface MicrophoneOptions {
  /** From `listDevices`. @defaultValue the system's default microphone */
  readonly deviceId?: string | undefined;
  /** Takes the assistant's voice out of what the microphone hears. @defaultValue true */
  readonly echoCancellation?: boolean | undefined;
  /** @defaultValue true */
  readonly noiseSuppression?: boolean | undefined;
  /** Evens out how loud the user is. @defaultValue true */
  readonly autoGainControl?: boolean | undefined;
  /** Where the page serves `@speko/client-browser/worklets/capture.js`; needed under a strict Content-Security-Policy. */
  readonly workletUrl?: string | undefined;
}

const CHECK_EVERY_MS = 500;

/**
 * The user's microphone: chunks of 20 ms at the rate that is asked for, whatever the device's own.
 *
 * It lives through what happens to devices. A chosen one that vanishes is replaced by the system's default
 * (`MIC_UNAVAILABLE`), and while there is none at all (`MIC_LOST`) chunks of silence come until one is connected.
 */
export class Microphone implements AudioSource {
  readonly #options: MicrophoneOptions;
  readonly #meter = createLevelMeter();
  readonly #problems = createProblemOutlet();
  #watch = createMicrophoneWatch();
  #deviceId: string;
  #isMuted = false;
  #graph: CaptureGraph | undefined;
  #release: (() => void) | undefined;
  #handlers: AudioSourceHandlers | undefined;
  /** The device is gone and there was no other. */
  #isLost = false;
  /** Counts `open` and `stop`: what began before the last of them gives up. */
  #epoch = 0;
  #switches = 0;
  #lastSwitch: Promise<unknown> = Promise.resolve();

  constructor(options: MicrophoneOptions = {}) {
    this.#options = options;
    this.#deviceId = options.deviceId ?? '';
  }

  /** How loud the input is now, 0 (−60 dBFS or less) to 1 (full scale); also while muted. */
  get level(): number {
    return this.#meter.read();
  }

  /**
   * Asks for permission and takes hold of the device. Call it in a click: browsers want a gesture.
   *
   * @throws ConversationError with one of the `MIC_…` codes, `INSECURE_CONTEXT`, `UNSUPPORTED` or `WORKLET_BLOCKED`
   * @throws DOMException `AbortError` when `stop` or `open` was called meanwhile
   */
  async open(): Promise<void> {
    const stopped = this.stop();
    const epoch = this.#epoch;
    await stopped;
    // Before the browser asks the user for a microphone that is no longer wanted.
    if (epoch !== this.#epoch) throw stoppedWhileOpening();
    requireAudio(Boolean(navigator.mediaDevices));
    prepareWorklet(this.#options.workletUrl);
    setAudioSession('play-and-record');
    const graph = await openCaptureGraph(await this.#captureAny(), {
      workletUrl: this.#options.workletUrl,
      onFrame: ({ rms, peak }, pcm) => {
        this.#meter.push(rms);
        this.#watch.onFrame(peak);
        this.#handlers?.onChunk(pcm);
      },
      onEnded: () => void this.#replace(),
    });
    if (epoch !== this.#epoch) {
      await graph.close();
      throw stoppedWhileOpening();
    }
    this.#graph = graph;
    this.#isLost = false;
    const unwatch = watchDevices(() => void this.#look());
    const timer = setInterval(() => this.#check(), CHECK_EVERY_MS);
    this.#release = () => {
      unwatch();
      clearInterval(timer);
    };
  }

  /** Chunks come from now on, until `stop`. @param sampleRate - Of the chunks. @param handlers - Get them. */
  start(sampleRate: SampleRate, handlers: AudioSourceHandlers): void {
    this.#handlers = handlers;
    this.#watch = createMicrophoneWatch();
    this.#command({ type: 'mute', muted: this.#isMuted });
    this.#command({ type: 'start', sampleRate });
    this.#problems.connect(handlers);
  }

  /** While muted, chunks of silence come instead, in the same rhythm. */
  setMuted(muted: boolean): void {
    this.#isMuted = muted;
    this.#command({ type: 'mute', muted });
  }

  /**
   * Changes the device without a pause in the chunks. Of several calls the last one wins.
   *
   * @param deviceId - From `listDevices`; `''` is the system's default.
   * @throws ConversationError `MIC_UNAVAILABLE` and others; the device before stays in use
   */
  async setDevice(deviceId: string): Promise<void> {
    const mine = ++this.#switches;
    await this.#inTurn(async () => {
      if (mine !== this.#switches) return;
      if (this.#graph) await this.#changeTo(() => this.#capture(deviceId));
      this.#deviceId = deviceId;
    });
  }

  /** Lets go of the device. May be called twice; `open` may follow. */
  async stop(): Promise<void> {
    this.#epoch++;
    this.#switches++;
    this.#handlers = undefined;
    this.#problems.connect(undefined);
    this.#meter.push(0);
    this.#release?.();
    const graph = this.#graph;
    this.#graph = this.#release = undefined;
    setAudioSession('auto');
    await graph?.close();
  }

  /** @throws ConversationError */
  async #capture(deviceId: string): Promise<MediaStream> {
    const { echoCancellation = true, noiseSuppression = true, autoGainControl = true } = this.#options;
    try {
      return await navigator.mediaDevices.getUserMedia({
        audio: {
          echoCancellation,
          noiseSuppression,
          autoGainControl,
          channelCount: { ideal: 1 },
          ...(deviceId && { deviceId: { exact: deviceId } }),
        },
      });
    } catch (error) {
      throw await toMicrophoneError(error);
    }
  }

  /** The chosen device, or the default one when that is gone. @throws ConversationError */
  async #captureAny(): Promise<MediaStream> {
    try {
      return await this.#capture(this.#deviceId);
    } catch (error) {
      if (!this.#deviceId || (error as ConversationError).code !== 'MIC_UNAVAILABLE') throw error;
      this.#deviceId = '';
      const stream = await this.#capture('');
      this.#problems.tell('MIC_UNAVAILABLE', error);
      return stream;
    }
  }

  async #changeTo(capture: () => Promise<MediaStream>): Promise<void> {
    const graph = this.#graph;
    const stream = await capture();
    // Stopped, or stopped and opened again, while the browser was fetching the device.
    if (graph !== this.#graph || !graph) return stopStream(stream);
    graph.use(stream);
    this.#isLost = false;
  }

  #check(): void {
    // A context that does not run delivers nothing, and no other device would help.
    if (!this.#handlers || this.#isLost || this.#graph?.context.state !== 'running') return;
    const verdict = this.#watch.check();
    if (verdict === 'look') void this.#look();
    else if (verdict === 'stopped') void this.#replace();
    else if (verdict === 'silent') this.#problems.tell('MIC_SILENT');
  }

  /** Replaces the device when it is no longer there; some systems do not end its track. */
  async #look(): Promise<void> {
    const settings = this.#graph?.track.getSettings();
    const isListed = (await listDevices()).some(
      // The default device keeps its id when it changes, but not its group, where the browser tells groups.
      ({ kind, deviceId, groupId }) =>
        kind === 'input' && deviceId === settings?.deviceId && groupId === (settings.groupId || groupId),
    );
    if (!isListed || this.#isLost) await this.#replace();
  }

  async #replace(): Promise<void> {
    const graph = this.#graph;
    const track = graph?.track;
    await this.#inTurn(async () => {
      // Whatever came before in turn may have replaced it already.
      if (!graph || graph !== this.#graph || track !== graph.track) return;
      try {
        await this.#changeTo(() => this.#captureAny());
      } catch (cause) {
        if (this.#isLost || graph !== this.#graph) return;
        this.#isLost = true;
        this.#problems.tell((await microphonePermission()) === 'denied' ? 'MIC_REVOKED' : 'MIC_LOST', cause);
      }
    });
  }

  /** One change of device at a time. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#lastSwitch.then(change);
    this.#lastSwitch = done.catch(() => {});
    return done;
  }

  #command(command: CaptureCommand): void {
    this.#graph?.command(command);
  }
}

/** iOS mutes Web Audio with the ring switch unless it knows of a call. */
function setAudioSession(type: 'auto' | 'play-and-record'): void {
  const { audioSession } = navigator as Navigator & { audioSession?: { type: string } };
  if (audioSession) audioSession.type = type;
}
