import type { AudioSink } from '../audio/audio-sink.ts';
import type { AudioSource } from '../audio/audio-source.ts';
import { Microphone } from '../audio/microphone.ts';
import { Speaker } from '../audio/speaker.ts';
import type { ConversationOptions } from './conversation-options.ts';
import { createTextOnlySink } from './text-only-sink.ts';

/** The one that was asked for in the course of a conversation. */
export type ChosenDevice = { readonly deviceId: string } | undefined;

/**
 * The source that the options ask for; `undefined` for a conversation that is typed.
 * @param device - Goes before the device of the options.
 */
export function chooseSource(options: ConversationOptions, device: ChosenDevice): AudioSource | undefined {
  const { microphone = {}, workletUrls } = options;
  if (microphone === false) return undefined;
  if ('open' in microphone) return microphone;
  return new Microphone({ workletUrl: workletUrls?.capture, ...microphone, ...device });
}

/** The sink that the options ask for. @param device - Goes before the device of the options. */
export function chooseSink(options: ConversationOptions, device: ChosenDevice): AudioSink {
  const { speaker = {}, workletUrls } = options;
  if (speaker === false) return createTextOnlySink();
  if ('open' in speaker) return speaker;
  return new Speaker({ workletUrl: workletUrls?.player, ...speaker, ...device });
}
