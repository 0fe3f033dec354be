import { encodeBase64 } from '@speko/adapter-kit';
import type { GoogleClientMessage } from '../google-client-events.ts';
import { GOOGLE_INPUT_RATE_HZ } from '../google-dial-plan.ts';

// Without a rate the same bytes are taken for another format.
const AUDIO_PREFIX = `{"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=${GOOGLE_INPUT_RATE_HZ}","data":"`;
const AUDIO_SUFFIX = '"}}}';

/** User audio as a message: the one message written without `JSON.stringify`, fifty times a second. */
export function audioFrame(pcm: Uint8Array): string {
  return AUDIO_PREFIX + encodeBase64(pcm) + AUDIO_SUFFIX;
}

/** Any other message. */
export function jsonFrame(message: GoogleClientMessage): string {
  return JSON.stringify(message);
}
