import { createCaptureCore, type CaptureCore } from './capture-core.ts';
import type { CaptureCommand } from './capture-messages.ts';

/** The thin shell around the capture core, on the audio thread. */
export class CaptureProcessor extends AudioWorkletProcessor {
  #core: CaptureCore | undefined;
  #isMuted = false;
  #silence = new Float32Array(128);

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<CaptureCommand>) => this.#obey(data);
  }

  process([channels]: readonly Float32Array[][]): boolean {
    // Without a source there is no channel; the frames go on as silence, in the same rhythm.
    const block = channels?.[0] ?? this.#silence;
    this.#core?.process(block);
    return true;
  }

  #obey(command: CaptureCommand): void {
    switch (command.type) {
      case 'start':
        this.#core = createCaptureCore({
          contextRate: sampleRate,
          sampleRate: command.sampleRate,
          emit: (frame) => this.port.postMessage(frame, [frame.pcm]),
        });
        this.#core.muted = this.#isMuted;
        break;
      case 'mute':
        this.#isMuted = command.muted;
        if (this.#core) this.#core.muted = command.muted;
        break;
      case 'recycle':
        this.#core?.recycle(command.pcm);
    }
  }
}
