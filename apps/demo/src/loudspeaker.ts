import { encodeWav, pcmByteLength, silence } from '@speko/audio';
import { PlaybackClock, type SessionFrame } from '@speko/client-node';
import { SAMPLE_RATE_HZ } from './recordings.ts';

const GAP_MS = 300;

interface SpokenTurn {
  readonly chunks: Uint8Array[];
  /** Set when the turn is over: how much of it was played. */
  heardMs?: number;
}

/** Stands in for a loudspeaker: plays the assistant in real time without a sound, reports playback, and keeps the audio. */
export class Loudspeaker {
  readonly #turns = new Map<string, SpokenTurn>();
  readonly #clock: PlaybackClock;

  constructor(reportPlayback: (turn: string, playedMs: number) => void) {
    this.#clock = new PlaybackClock({
      report: (turn, playedMs) => {
        const spoken = this.#turns.get(turn);
        if (spoken) spoken.heardMs = playedMs;
        reportPlayback(turn, playedMs);
      },
    });
  }

  /** Takes the next frame of the session. */
  accept(frame: SessionFrame): void {
    if (frame.type === 'audio' && frame.turn !== undefined) {
      const spoken = this.#turns.get(frame.turn) ?? { chunks: [] };
      this.#turns.set(frame.turn, spoken);
      spoken.chunks.push(frame.pcm);
    }
    this.#clock.accept(frame);
  }

  /** How much of a turn has been heard, milliseconds. */
  heardMs(turn: string): number {
    return this.#turns.get(turn)?.heardMs ?? this.#clock.playedMs(turn);
  }

  /** Heard audio, turn after turn, as a WAV file. */
  toWav(): Uint8Array {
    const gap = silence(GAP_MS, SAMPLE_RATE_HZ);
    const parts = [...this.#turns.values()].flatMap((turn, index) =>
      index === 0 ? [heard(turn)] : [gap, heard(turn)],
    );
    return encodeWav({ pcm: Buffer.concat(parts), sampleRateHz: SAMPLE_RATE_HZ });
  }
}

/** A turn that was cut ends where it was cut. */
function heard({ chunks, heardMs }: SpokenTurn): Uint8Array {
  const all = Buffer.concat(chunks);
  return heardMs === undefined ? all : all.subarray(0, pcmByteLength(heardMs, SAMPLE_RATE_HZ));
}
