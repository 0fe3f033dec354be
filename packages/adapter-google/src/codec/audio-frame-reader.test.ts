import { expect, test } from 'vitest';
import { createAudioFrameReader } from './audio-frame-reader.ts';

const inside = (part: string, more = '') =>
  `{"serverContent":{"modelTurn":{"parts":[{"inlineData":{${part}}}]}${more}}}`;
const MIME = '"mimeType":"audio/pcm;rate=24000"';
const DATA = '"data":"AQIDBA=="';

test.each([
  ['as the service writes it', inside(`${MIME},${DATA}`), 'plain'],
  ['data first', inside(`${DATA},${MIME}`), 'plain'],
  ['spaced', `${JSON.stringify(JSON.parse(inside(`${MIME},${DATA}`)), null, 2)}\n`, 'plain'],
  ['with a role', inside(`${MIME},${DATA}`).replace('"parts"', '"role":"model","parts"'), 'plain'],
  ['with words beside it', inside(`${MIME},${DATA}`, ',"outputTranscription":{"text":"Grüße"}'), 'mixed'],
  ['with another part', inside(`${MIME},${DATA}`).replace('}]', '},{"text":"x"}]'), 'mixed'],
  ['with something else in the part', inside(`${MIME},${DATA},"displayName":"x"`), 'mixed'],
  ['cut off after the audio', inside(`${MIME},${DATA}`).slice(0, -2), 'mixed'],
  ['cut off in the audio', inside(`${MIME},${DATA}`).slice(0, -12), 'none'],
  ['with an escape in the audio', inside(String.raw`${MIME},"data":"\/\/8="`), 'none'],
  ['with a thought before it', inside(`${MIME},${DATA}`).replace('[{', '[{"thought":true},{'), 'none'],
  ['words alone', '{"serverContent":{"outputTranscription":{"text":"x"}}}', 'none'],
  ['no data', inside(MIME), 'none'],
  ['nothing', '', 'none'],
])('[GEM21] audio %s is found as text and as bytes', (_, text, kind) => {
  for (const frame of [text, new TextEncoder().encode(text)]) {
    const reader = createAudioFrameReader();
    const found = reader.read(frame);
    const audio = found === 'none' ? 'none' : [...(reader.audio(frame) ?? [])].join();
    const rest = found === 'none' ? text : reader.withoutAudio(frame);
    expect({ found, audio, rest }).toEqual({
      found: kind,
      audio: kind === 'none' ? 'none' : '1,2,3,4',
      rest: kind === 'none' ? text : text.replace('AQIDBA==', ''),
    });
    expect(reader.mimeType).toBe(kind === 'plain' ? 'audio/pcm;rate=24000' : reader.mimeType);
  }
});
