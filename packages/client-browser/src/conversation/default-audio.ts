import type { AudioSink } from '../audio/audio-sink.ts';
import type { AudioSource } from '../audio/audio-source.ts';
import { Microphone } from '../audio/microphone.ts';
import { Speaker } from '../audio/speaker.ts';
import type { ConversationOptions } from './conversation-options.ts';
import { createTextOnlySink } from './text-only-sink.ts';

/**
 * The source that the options ask for; `undefined` for a conversation that is typed.
 * @param deviceId - Goes before the device of the options.
 */
export function chooseSource(options: ConversationOptions, deviceId: string | undefined): AudioSource | undefined {
  const { microphone = {}, workletUrls } = options;
  if (microphone === false) return undefined;
  if ('open' in microphone) return microphone;
  const settings = { workletUrl: workletUrls?.capture, ...microphone };
  return new Microphone(deviceId === undefined ? settings : { ...settings, deviceId });
}

/** The sink that the options ask for. @param deviceId - Goes before the device of the options. */
export function chooseSink(options: ConversationOptions, deviceId: string | undefined): AudioSink {
  const { speaker = {}, workletUrls } = options;
  if (speaker === false) return createTextOnlySink();
  if ('open' in speaker) return speaker;
  const settings = { workletUrl: workletUrls?.player, ...speaker };
  return new Speaker(deviceId === undefined ? settings : { ...settings, deviceId });
}
