import { encodeBase64 } from '../base64.ts';

/** One `input_audio_buffer.append` of the OpenAI Realtime dialect, put together without `JSON.stringify`. */
export function appendAudioMessage(pcm: Uint8Array): string {
  return `{"type":"input_audio_buffer.append","audio":"${encodeBase64(pcm)}"}`;
}
