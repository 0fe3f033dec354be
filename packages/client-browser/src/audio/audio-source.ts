import type { SampleRate } from '@speko/protocol/lean';
import type { ConversationError } from '../errors/conversation-error.ts';

/** How an {@link AudioSource} hands over what it hears. */
export interface AudioSourceHandlers {
  /** Mono PCM16, little-endian, at the rate asked for; 20 ms each. The receiver may keep the bytes. */
  readonly onChunk: (pcm: Uint8Array<ArrayBuffer>) => void;
  /** Something is wrong, or no longer right: the microphone was lost, is silent, was replaced by the default one. */
  readonly onProblem: (error: ConversationError) => void;
}

/** Where the user's voice comes from. `Microphone` is the usual one; an application may bring its own. */
export interface AudioSource {
  /**
   * Asks for permission and takes hold of the device. Call it in a click: browsers want a gesture.
   * @throws ConversationError with one of the `MIC_…` codes, `INSECURE_CONTEXT`, `UNSUPPORTED` or `WORKLET_BLOCKED`
   */
  open(): Promise<void>;
  /** Chunks come from now on, until `stop`. @param sampleRate - The session's `inputSampleRate`. May be called again with another rate. */
  start(sampleRate: SampleRate, handlers: AudioSourceHandlers): void;
  /** While muted, chunks of silence come instead, in the same rhythm. */
  setMuted(muted: boolean): void;
  /** How loud the input is now, 0 (−60 dBFS or less) to 1 (full scale); also while muted. Cheap: read it on every animation frame. */
  readonly level: number;
  /** Changes the device without a pause in the chunks. `''` is the system's default. @throws ConversationError */
  setDevice?(deviceId: string): Promise<void>;
  /** Lets go of the device, also of one that `open` is still waiting for. May be called twice; `open` may follow. */
  stop(): Promise<void>;
}
