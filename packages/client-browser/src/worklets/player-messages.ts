/** How much of a turn was rendered. */
export interface RenderedTurn {
  readonly turn: string;
  /** Samples at the session's rate, without silence that was put in. */
  readonly frames: number;
}

/** Messages of the player on the audio thread. */
export type PlayerEvent =
  | { readonly type: 'started'; readonly turn: string }
  | ({ readonly type: 'played' } & RenderedTurn)
  | { readonly type: 'overflow' }
  | { readonly type: 'level'; readonly rms: number; readonly underruns: number; readonly underrunMs: number }
  /** Answers a `flush`. */
  | { readonly type: 'cut'; readonly turns: readonly RenderedTurn[] };

/** Messages to the player on the audio thread. */
export type PlayerCommand =
  /** Comes first. With another rate than before, what is queued is dropped. */
  | { readonly type: 'start'; readonly sampleRate: number; readonly prebufferMs: number }
  | { readonly type: 'play'; readonly turn: string; readonly pcm: ArrayBuffer }
  | { readonly type: 'end'; readonly turn: string }
  | { readonly type: 'flush' };
