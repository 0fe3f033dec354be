/**
 * What a check says: `silent` once for every silence that has lasted 8 s; `look` once for every silence of 2 s, since
 * some systems go on delivering zeros for a microphone that was unplugged; `stopped` when no frames come at all.
 */
export type MicrophoneVerdict = 'fine' | 'look' | 'silent' | 'stopped';

export interface MicrophoneWatch {
  /** @param peak - Of a frame of 20 ms, before muting. */
  onFrame(peak: number): void;
  /** To be called every 500 ms. */
  check(): MicrophoneVerdict;
}

const ZERO_FRAMES_TO_LOOK = 100;
const ZERO_FRAMES_TO_TELL = 400;
/** One check without frames proves little: after a busy second the timer may come before the frames that wait. */
const EMPTY_CHECKS = 2;

export function createMicrophoneWatch(): MicrophoneWatch {
  let zeroFrames = 0;
  let told: MicrophoneVerdict = 'fine';
  let frames = 0;
  let emptyChecks = 0;
  return {
    onFrame(peak) {
      frames++;
      zeroFrames = peak === 0 ? zeroFrames + 1 : 0;
    },
    check() {
      emptyChecks = frames === 0 ? emptyChecks + 1 : 0;
      frames = 0;
      if (emptyChecks >= EMPTY_CHECKS) {
        emptyChecks = 0;
        return 'stopped';
      }
      const verdict =
        zeroFrames >= ZERO_FRAMES_TO_TELL ? 'silent' : zeroFrames >= ZERO_FRAMES_TO_LOOK ? 'look' : 'fine';
      if (verdict === told) return 'fine';
      told = verdict;
      return verdict;
    },
  };
}
