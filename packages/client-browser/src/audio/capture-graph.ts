import { ConversationError } from '../errors/conversation-error.ts';
import type { CapturedFrame } from '../worklets/capture-core.ts';
import type { CaptureCommand } from '../worklets/capture-messages.ts';
import { createWorkletNode } from '../worklets/load-worklet.ts';
import { openAudioContext } from './audio-context.ts';

export interface CaptureGraphOptions {
  readonly workletUrl: string | undefined;
  /** @param pcm - A copy of the frame's, to keep. */
  readonly onFrame: (frame: CapturedFrame, pcm: Uint8Array<ArrayBuffer>) => void;
  /** The system or the user took the device away from the stream in use. */
  readonly onEnded: () => void;
}

/** From a stream to frames. */
export interface CaptureGraph {
  readonly track: MediaStreamTrack;
  readonly context: AudioContext;
  /**
   * Changes over to another stream without a gap and stops the one before. On failure it stops the new one.
   * @throws ConversationError `UNSUPPORTED`
   */
  use(stream: MediaStream): void;
  command(command: CaptureCommand): void;
  close(): Promise<void>;
}

/**
 * Takes over a stream that the page has just been allowed: then it may run a context without any gesture.
 * On failure the stream is stopped.
 *
 * @throws ConversationError `WORKLET_BLOCKED` or `UNSUPPORTED`
 */
export async function openCaptureGraph(
  stream: MediaStream,
  { workletUrl, onFrame, onEnded }: CaptureGraphOptions,
): Promise<CaptureGraph> {
  let source: MediaStreamAudioSourceNode | undefined;
  let opened: ReturnType<typeof openAudioContext> | undefined;
  try {
    // Without an output device it uses none of a phone's few output streams.
    opened = openAudioContext({ sinkId: { type: 'none' } });
    const { context, close } = opened;
    const node = await createWorkletNode(context, 'capture', workletUrl, {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    const { port } = node;
    port.onmessage = ({ data }: MessageEvent<CapturedFrame>) => {
      const pcm = new Uint8Array(data.pcm.slice(0));
      port.postMessage({ type: 'recycle', pcm: data.pcm } satisfies CaptureCommand, [data.pcm]);
      onFrame(data, pcm);
    };
    use(stream);
    return {
      get track() {
        return trackOf(source?.mediaStream ?? stream);
      },
      context,
      use,
      command: (command) => port.postMessage(command),
      close: () => {
        release(source);
        port.close();
        return close();
      },
    };

    function use(next: MediaStream): void {
      const before = source;
      try {
        // Firefox refuses a microphone whose rate is not the context's.
        source = context.createMediaStreamSource(next);
      } catch (cause) {
        stopStream(next);
        throw new ConversationError({ code: 'UNSUPPORTED', cause });
      }
      source.connect(node);
      release(before);
      trackOf(next).onended = onEnded;
    }
  } catch (error) {
    stopStream(stream);
    await opened?.close();
    throw error;
  }
}

function release(source: MediaStreamAudioSourceNode | undefined): void {
  if (!source) return;
  source.disconnect();
  stopStream(source.mediaStream);
}

export function stopStream(stream: MediaStream): void {
  const track = trackOf(stream);
  track.onended = null;
  track.stop();
}

function trackOf(stream: MediaStream): MediaStreamTrack {
  return stream.getAudioTracks()[0] as MediaStreamTrack;
}
