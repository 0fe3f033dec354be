const BRAND = Symbol.for('@speko/audio.AudioError');

/**
 * What went wrong, as a stable string to branch on.
 *
 * - `BAD_OPTION`: an argument is outside the documented range.
 * - `ODD_LENGTH`: PCM16 bytes end in the middle of a sample.
 * - `WAV_MALFORMED`: the bytes are not a RIFF WAVE file, or its chunks do not add up.
 * - `WAV_TRUNCATED`: the file promises more bytes than it holds.
 * - `WAV_UNSUPPORTED`: a valid WAV file in an encoding other than PCM16 mono or stereo.
 */
export type AudioErrorCode = 'BAD_OPTION' | 'ODD_LENGTH' | 'WAV_MALFORMED' | 'WAV_TRUNCATED' | 'WAV_UNSUPPORTED';

/** The one error class of this package. Branch on {@link AudioError.code}; the message is for people. */
export class AudioError extends Error {
  override readonly name = 'AudioError';
  /** Stable reason. */
  readonly code: AudioErrorCode;
  /** Marks instances across copies of this package; use {@link AudioError.isInstance}. */
  readonly [BRAND] = true;

  /**
   * @param code - Stable reason.
   * @param message - What to do about it, in plain words.
   */
  constructor(code: AudioErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /** Like `instanceof`, but also true for an error made by another installed copy of this package. */
  static isInstance(value: unknown): value is AudioError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
