import { describe, expect, test } from 'vitest';
import { createFlatScanner } from './create-flat-scanner.ts';

const scanner = createFlatScanner({ types: ['audio', 'audio.old'], fields: ['id', 'data'] });

function find(text: string): string[] | undefined {
  const found = [text, new TextEncoder().encode(text)].map((frame) => {
    if (!scanner.scan(frame)) return undefined;
    const read = (index: number) => Buffer.from(frame).subarray(scanner.start(index), scanner.end(index)).toString();
    return [read(0), read(1)];
  });
  expect(found[0]).toEqual(found[1]);
  return found[0];
}

describe('finds', () => {
  test('fields in any order, between others', () => {
    expect(find('{"type":"audio","n":-1.5e3,"id":"i1","ok":true,"data":"AAAA","x":null}')).toEqual(['i1', 'AAAA']);
    expect(find('{"data":"AAAA","id":"i1","type":"audio.old"}')).toEqual(['i1', 'AAAA']);
  });

  test('fields in JSON that is written with spaces', () => {
    expect(find(' {\n  "type" : "audio" ,\t"id" : "i1", "data": "" }\r\n')).toEqual(['i1', '']);
  });

  test('the last of two fields of one name, as JSON.parse does', () => {
    expect(find('{"type":"audio","id":"i1","id":"i2","data":"A"}')).toEqual(['i2', 'A']);
  });

  test('a value of any length', () => {
    const data = 'QUJD'.repeat(50_000);
    expect(find(`{"type":"audio","id":"i1","data":"${data}"}`)).toEqual(['i1', data]);
  });
});

describe('leaves to the parser', () => {
  test.each([
    ['another type', '{"type":"text","id":"i1","data":"A"}'],
    ['no type', '{"id":"i1","data":"A"}'],
    ['a missing field', '{"type":"audio","id":"i1"}'],
    ['a wanted field that is no string', '{"type":"audio","id":7,"data":"A"}'],
    ['an escape in a short value', String.raw`{"type":"audio","id":"i\"1","data":"A"}`],
    ['an escape in a long value', `{"type":"audio","id":"i1","data":"${'A'.repeat(100)}\\/${'A'.repeat(100)}"}`],
    ['an escape in a name', String.raw`{"type":"audio","\u0069d":"i1","data":"A"}`],
    ['a nested object', '{"type":"audio","part":{"id":"x"},"id":"i1","data":"A"}'],
    ['an array', '{"type":"audio","list":["data"],"id":"i1","data":"A"}'],
    ['a truncated frame', '{"type":"audio","id":"i1","data":"AAAA'],
    ['a frame without its last brace', '{"type":"audio","id":"i1","data":"AAAA"'],
    ['something behind the object', '{"type":"audio","id":"i1","data":"A"} x'],
    ['a missing comma', '{"type":"audio" "id":"i1","data":"A"}'],
    ['a missing colon', '{"type" "audio","id":"i1","data":"A"}'],
    ['a missing value', '{"type":"audio","id":,"data":"A"}'],
    ['a trailing comma', '{"type":"audio","id":"i1","data":"A",}'],
    ['an array', '[{"type":"audio","id":"i1","data":"A"}]'],
    ['nothing', ''],
    ['an empty object', '{}'],
  ])('%s', (_name, text) => {
    expect(find(text)).toBeUndefined();
  });
});

test('an escape behind a long value that is wanted does not matter', () => {
  const frame = `{"type":"audio","id":"i1","data":"${'A'.repeat(100)}","note":"a\\nb"}`;
  expect(find(frame)).toBeUndefined();
  expect(find(`{"type":"audio","id":"i1","data":"${'A'.repeat(100)}","note":"ab"}`)).toEqual(['i1', 'A'.repeat(100)]);
});
