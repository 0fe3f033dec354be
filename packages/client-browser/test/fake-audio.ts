import type { AudioSink, AudioSinkHandlers, PlayedTurn } from '../src/audio/audio-sink.ts';
import type { AudioSource, AudioSourceHandlers } from '../src/audio/audio-source.ts';

/** A microphone that hears what the test says. */
export class FakeSource implements AudioSource {
  readonly acts: unknown[] = [];
  level = 0.5;
  opening: Promise<void> = Promise.resolve();
  handlers: AudioSourceHandlers | undefined;

  open(): Promise<void> {
    this.acts.push('open');
    return this.opening;
  }
  start(sampleRate: number, handlers: AudioSourceHandlers): void {
    this.acts.push(`start ${sampleRate}`);
    this.handlers = handlers;
  }
  setMuted(muted: boolean): void {
    this.acts.push(muted ? 'mute' : 'unmute');
  }
  setDevice(deviceId: string): Promise<void> {
    this.acts.push(`device ${deviceId}`);
    return Promise.resolve();
  }
  stop(): Promise<void> {
    this.acts.push('stop');
    this.handlers = undefined;
    return Promise.resolve();
  }
  /** 20 ms at 16 kHz. */
  hear(chunks = 1): void {
    for (let chunk = 0; chunk < chunks; chunk += 1) this.handlers?.onChunk(new Uint8Array(640));
  }
}

/** A loudspeaker that plays when the test says so. */
export class FakeSink implements AudioSink {
  readonly acts: unknown[] = [];
  level = 0.25;
  opening: Promise<void> = Promise.resolve();
  handlers: AudioSinkHandlers | undefined;
  /** What the next `flush` says. */
  cut: readonly PlayedTurn[] | Promise<readonly PlayedTurn[]> = [];

  open(): Promise<void> {
    this.acts.push('open');
    return this.opening;
  }
  start(sampleRate: number, handlers: AudioSinkHandlers): void {
    this.acts.push(`start ${sampleRate}`);
    this.handlers = handlers;
  }
  play(turn: string, pcm: Uint8Array): void {
    this.acts.push(`play ${turn} ${pcm.byteLength / 48} ms`);
  }
  endTurn(turn: string): void {
    this.acts.push(`end ${turn}`);
  }
  flush(): Promise<readonly PlayedTurn[]> {
    this.acts.push('flush');
    const { cut } = this;
    this.cut = [];
    return Promise.resolve(cut);
  }
  unblock(): Promise<void> {
    this.acts.push('unblock');
    return Promise.resolve();
  }
  setVolume(volume: number): void {
    this.acts.push(`volume ${volume}`);
  }
  setDevice(deviceId: string): Promise<void> {
    this.acts.push(`device ${deviceId}`);
    return Promise.resolve();
  }
  stop(): Promise<void> {
    this.acts.push('stop');
    return Promise.resolve();
  }
}
