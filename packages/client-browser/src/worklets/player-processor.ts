import { createPlayerCore, type PlayerCore } from './player-core.ts';
import type { PlayerCommand, PlayerEvent } from './player-messages.ts';

/** The thin shell around the player core, on the audio thread. */
export class PlayerProcessor extends AudioWorkletProcessor {
  #core: PlayerCore | undefined;
  #rate = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlayerCommand>) => this.#obey(data);
  }

  process(_inputs: unknown, [channels]: readonly Float32Array[][]): boolean {
    if (channels?.[0]) this.#core?.render(channels[0]);
    return true;
  }

  #obey(command: PlayerCommand): void {
    switch (command.type) {
      case 'start':
        if (command.sampleRate === this.#rate) return;
        this.#rate = command.sampleRate;
        this.#core = createPlayerCore({
          sampleRate: command.sampleRate,
          contextRate: sampleRate,
          prebufferMs: command.prebufferMs,
          emit: (event) => this.#tell(event),
        });
        break;
      case 'play':
        this.#core?.push(command.turn, new Int16Array(command.pcm));
        break;
      case 'end':
        this.#core?.end(command.turn);
        break;
      case 'flush':
        this.#tell({ type: 'cut', turns: this.#core?.flush() ?? [] });
    }
  }

  #tell(event: PlayerEvent): void {
    this.port.postMessage(event);
  }
}
