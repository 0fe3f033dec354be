/** What the capture on the audio thread is told; it answers with `CapturedFrame`s. */
export type CaptureCommand =
  | { readonly type: 'start'; readonly sampleRate: number }
  | { readonly type: 'mute'; readonly muted: boolean }
  /** Gives back the buffer of a frame. */
  | { readonly type: 'recycle'; readonly pcm: ArrayBuffer };
