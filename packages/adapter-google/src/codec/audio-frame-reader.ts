import type { ProviderFrame } from '@speko/adapter';
import { decodeIntactBase64, endOfString, equals, frameText, skipSpace, sliceAscii } from '@speko/adapter-kit';

/**
 * Finds the audio of a server message without parsing it, in the usual form only:
 * `{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":…,"data":…}}]}}}`, however it is spaced. Anything
 * unusual before the audio, or an escape inside it, is left to the JSON parser.
 */
export interface AudioFrameReader {
  /**
   * Looks at one frame. The other members speak of the last frame that held audio.
   *
   * @returns `plain` for audio and nothing else, `mixed` for audio in the first part and more behind it.
   */
  read(frame: ProviderFrame): 'plain' | 'mixed' | 'none';
  /** As in `audio/pcm;rate=24000`; empty where it does not come before the end of the part. */
  readonly mimeType: string;
  /** The audio of `frame`, the frame just read; `undefined` where it is damaged base64. The caller may keep it. */
  audio(frame: ProviderFrame): Uint8Array | undefined;
  /** `frame`, the frame just read, as JSON text with an empty string in place of the audio. */
  withoutAudio(frame: ProviderFrame): string;
}

/** Makes a reader for one connection. */
export function createAudioFrameReader(): AudioFrameReader {
  let dataStart = 0;
  let dataEnd = 0;
  // Every frame carries the same type: the kept string is compared instead of made again.
  let mimeType = '';

  function read(frame: ProviderFrame): 'plain' | 'mixed' | 'none' {
    let position = openModelTurn(frame);
    position = expect(frame, position, '"parts"');
    position = expect(frame, position, ':');
    position = expect(frame, position, '[');
    position = expect(frame, position, '{');
    position = expect(frame, position, '"inlineData"');
    position = expect(frame, position, ':');
    position = expect(frame, position, '{');
    if (position < 0) return 'none';

    let hasData = false;
    for (;;) {
      const isData = expect(frame, position, '"data"') >= 0;
      position = expect(frame, expect(frame, position, isData ? '"data"' : '"mimeType"'), ':');
      const start = expect(frame, position, '"');
      if (start < 0) return hasData ? 'mixed' : 'none';
      const end = endOfString(frame, start);
      if (end < 0) return 'none';
      if (isData) {
        dataStart = start;
        dataEnd = end;
        hasData = true;
      } else if (!equals(frame, start, end, mimeType)) {
        mimeType = sliceAscii(frame, start, end);
      }
      const next = expect(frame, end + 1, ',');
      if (next < 0) return hasData ? rest(frame, end + 1) : 'none';
      position = next;
    }
  }

  return {
    read,
    get mimeType() {
      return mimeType;
    },
    audio: (frame) => decodeIntactBase64(sliceAscii(frame, dataStart, dataEnd)),
    withoutAudio: (frame) => frameText(frame.slice(0, dataStart)) + frameText(frame.slice(dataEnd)),
  };
}

/** Vertex puts the role before the parts. */
function openModelTurn(frame: ProviderFrame): number {
  let position = expect(frame, 0, '{');
  position = expect(frame, position, '"serverContent"');
  position = expect(frame, position, ':');
  position = expect(frame, position, '{');
  position = expect(frame, position, '"modelTurn"');
  position = expect(frame, position, ':');
  position = expect(frame, position, '{');
  const role = expect(frame, expect(frame, expect(frame, position, '"role"'), ':'), '"model"');
  return role < 0 ? position : expect(frame, role, ',');
}

/** Whether the part, the turn and the message end here. */
function rest(frame: ProviderFrame, from: number): 'plain' | 'mixed' {
  let position = from;
  for (const closing of '}}]}}}') position = expect(frame, position, closing);
  return position >= 0 && skipSpace(frame, position) === frame.length ? 'plain' : 'mixed';
}

/** The position behind `token`, with space before it, or -1; -1 leads to -1. */
function expect(frame: ProviderFrame, from: number, token: string): number {
  if (from < 0) return -1;
  const start = skipSpace(frame, from);
  const end = start + token.length;
  return equals(frame, start, end, token) ? end : -1;
}
