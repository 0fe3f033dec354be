import { expect, test } from 'vitest';
import { parseClientFrame } from './parse-client-frame.ts';
import { wellFormedOutput } from './well-formed-output.ts';

test.each([
  ['plain text', 'It is sunny \u{1f389}', 'It is sunny \u{1f389}'],
  ['text cut in the middle of an emoji', 'It is sunny \ud83c', 'It is sunny \ufffd'],
  ['JSON with whole pairs', String.raw` {"a":"\ud83c\udf89"} `, String.raw` {"a":"\ud83c\udf89"} `],
  [
    'JSON with the first half',
    String.raw`{"a":"x\ud83c","n":12345678901234567890}`,
    '{"a":"x\ufffd","n":12345678901234567890}',
  ],
  ['JSON with the second half in a name', String.raw`{"\uDF89a":[1]}`, '{"\ufffda":[1]}'],
  ['halves in the wrong order', String.raw`["\udf89\ud83c"]`, '["\ufffd\ufffd"]'],
  ['three halves', String.raw`["\ud83c\ud83c\udf89"]`, String.raw`["${'\ufffd'}\ud83c\udf89"]`],
  ['a half that is none: its backslash is escaped', String.raw`["\\ud83c\n"]`, String.raw`["\\ud83c\n"]`],
  ['a half behind an escaped backslash', String.raw`["\\\ud83c"]`, String.raw`["\\${'\ufffd'}"]`],
  ['what looks like a half and is no JSON', String.raw`C:\ud83c`, String.raw`C:\ud83c`],
])('[JS2] an output is passed on well-formed: %s', (_title, output, expected) => {
  const text = wellFormedOutput(output);
  expect(text).toBe(expected);
  const message = JSON.stringify({ t: 'tool_result', callId: 'c1', output });
  expect(parseClientFrame(message)).toEqual({ ok: true, frame: { t: 'tool_result', callId: 'c1', output: expected } });
});

test('[JS2] texts of frames are well-formed, names of turns and calls too', () => {
  const parse = (frame: object): unknown => parseClientFrame(JSON.stringify(frame));
  expect(parse({ t: 'text', text: 'Hi \ud83c' })).toEqual({ ok: true, frame: { t: 'text', text: 'Hi \ufffd' } });
  expect(parse({ t: 'playback', turn: '\udf89', playedMs: 1 })).toMatchObject({ frame: { turn: '\ufffd' } });
  expect(parse({ t: 'tool_result', callId: '\ud83c', output: '' })).toMatchObject({ frame: { callId: '\ufffd' } });
});

test('[JS2] what a client calls an unknown frame is quoted well-formed', () => {
  const result = parseClientFrame(String.raw`{"t":"\ud83c"}`);
  expect(JSON.stringify(result)).not.toContain(String.raw`\ud83c`);
});

test('[CF8] [JS1] the id of a ping is kept as it was written, and other numbers are numbers', () => {
  const id = (text: string): string => {
    const result = parseClientFrame(text);
    return result.ok && result.frame.t === 'ping' ? JSON.stringify(result.frame.id) : 'no ping';
  };
  expect(id('{"t":"ping","id":1764547200123456789}')).toBe('1764547200123456789');
  expect(id('{"id":-12345678901234567890,"t":"ping"}')).toBe('-12345678901234567890');
  expect(id('{"t":"ping","id":1.5}')).toBe('1.5');
  expect(id('{"t":"ping","id":1e3}')).toBe('1000');
  expect(id(`{"t":"ping","id":1764547200123456789,"note":"${'x'.repeat(1024)}"}`)).toBe('1764547200123456800');
  expect(id('{"t":"ping","id":"1"}')).toBe('no ping');
  expect(parseClientFrame('{"t":"playback","turn":"a1","playedMs":12345678901234567890}')).toEqual({
    ok: true,
    frame: { t: 'playback', turn: 'a1', playedMs: 12_345_678_901_234_567_000 },
  });
});
