import type { AudioSink } from '../audio/audio-sink.ts';
import type { AudioSource } from '../audio/audio-source.ts';
import type { ConversationOptions } from './conversation-options.ts';
import { createTextOnlySink } from './text-only-sink.ts';

/** How the usual microphone is asked for. */
export interface MicrophoneOptions {
  readonly deviceId?: string | undefined;
  readonly echoCancellation?: boolean | undefined;
  readonly noiseSuppression?: boolean | undefined;
  readonly autoGainControl?: boolean | undefined;
  readonly workletUrl?: string | undefined;
}

/** How the usual loudspeaker is set up. */
export interface SpeakerOptions {
  readonly deviceId?: string | undefined;
  readonly volume?: number | undefined;
  readonly workletUrl?: string | undefined;
  readonly prebufferMs?: number | undefined;
}

/** The source that the options ask for; `undefined` for a conversation that is typed. */
export function chooseSource({ microphone }: ConversationOptions, deviceId?: string): AudioSource | undefined {
  if (microphone === false) return undefined;
  if (microphone !== undefined && 'open' in microphone) return microphone;
  return deviceId === undefined ? undefined : undefined;
}

/** The sink that the options ask for. */
export function chooseSink({ speaker }: ConversationOptions, deviceId?: string): AudioSink {
  if (speaker !== undefined && speaker !== false && 'open' in speaker) return speaker;
  return deviceId === undefined ? createTextOnlySink() : createTextOnlySink();
}
