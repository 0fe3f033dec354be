import type { ProviderFrame } from '@speko/adapter';
import { decodeIntactBase64 } from '../base64.ts';
import { detached } from '../bound-text.ts';
import { createFlatScanner } from '../create-flat-scanner.ts';
import { MAX_ID_CHARS } from '../recent-map.ts';
import { equals, sliceAscii } from '../scan-json.ts';

/** Recognises the audio frames of the OpenAI Realtime dialect, beta and current, without parsing JSON. */
export interface RealtimeAudioDeltaReader {
  /**
   * Looks at one frame. The other members speak of the last frame that was recognised.
   *
   * @returns `false` for every other frame, and for an audio frame in an unusual form: then it has to be parsed.
   */
  read(frame: ProviderFrame): boolean;
  readonly responseId: string;
  readonly itemId: string;
  /** Decodes the audio bytes of `frame`, the frame just read. The caller may keep them. `undefined` for damaged ones. */
  audio(frame: ProviderFrame): Uint8Array | undefined;
}

/** The audio of a frame that had to be parsed: no bytes where there is none, `undefined` where it is damaged. */
export function readRealtimeAudio(delta: unknown): Uint8Array | undefined {
  if (delta === undefined || delta === null) return NO_AUDIO;
  return typeof delta === 'string' ? decodeIntactBase64(delta) : undefined;
}

const NO_AUDIO = new Uint8Array(0);

const RESPONSE_ID = 0;
const ITEM_ID = 1;
const DELTA = 2;

/** Makes a reader for one connection. */
export function createRealtimeAudioDeltaReader(): RealtimeAudioDeltaReader {
  const scanner = createFlatScanner({
    types: ['response.output_audio.delta', 'response.audio.delta'],
    fields: ['response_id', 'item_id', 'delta'],
  });
  // Hundreds of frames in a row carry the same two ids: kept strings are compared byte by byte instead of made again.
  let responseId = '';
  let itemId = '';
  const lengthOf = (field: number) => scanner.end(field) - scanner.start(field);

  return {
    read(frame) {
      if (!scanner.scan(frame)) return false;
      // An id that is none: the parser says what is wrong with it.
      if (lengthOf(RESPONSE_ID) > MAX_ID_CHARS || lengthOf(ITEM_ID) > MAX_ID_CHARS) return false;
      responseId = sameOrNew(frame, scanner.start(RESPONSE_ID), scanner.end(RESPONSE_ID), responseId);
      itemId = sameOrNew(frame, scanner.start(ITEM_ID), scanner.end(ITEM_ID), itemId);
      return true;
    },
    get responseId() {
      return responseId;
    },
    get itemId() {
      return itemId;
    },
    audio: (frame) => decodeIntactBase64(sliceAscii(frame, scanner.start(DELTA), scanner.end(DELTA))),
  };
}

function sameOrNew(frame: ProviderFrame, start: number, end: number, known: string): string {
  return equals(frame, start, end, known) ? known : detached(sliceAscii(frame, start, end));
}
