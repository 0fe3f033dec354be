import { describe, expect, it } from 'vitest';
import { isExactInteger, parseExactJson, parseWellFormedJson } from './exact-json.ts';
import { wellFormedJson } from './well-formed-json.ts';

describe('exact JSON', () => {
  it('[JS1] integers beyond 2^53 are written back digit by digit, wherever they stand', () => {
    const text = '{"id":2512292042121000001,"list":[-9007199254740993,{"n":123456789012345678901234567890}]}';
    expect(JSON.stringify(parseExactJson(text))).toBe(text);
  });

  it('[JS1] numbers that fit stay numbers, and fractions too', () => {
    expect(parseExactJson('[9007199254740991,-9007199254740991,0.30000000000000004,1e21]')).toEqual([
      9007199254740991, -9007199254740991, 0.30000000000000004, 1e21,
    ]);
  });

  it('[JS1] tells an exact integer from an object that looks like one', () => {
    expect(isExactInteger(parseExactJson('12345678901234567890'))).toBe(true);
    expect(isExactInteger(parseExactJson('{"rawJSON":"12345678901234567890"}'))).toBe(false);
  });

  it('[JS1] digits in texts, names, fractions and powers are left alone', () => {
    const text = String.raw`{"12345678901234567890":"\\","a\"1234567890123456789":"1,12345678901234567890,1"}`;
    expect(JSON.stringify(parseExactJson(`[${text},12345678901234567890]`))).toBe(`[${text},12345678901234567890]`);
    for (const text of ['0.12345678901234567', '1e0000000000000000001', '1234567890123456789.5'])
      expect(parseExactJson(`[${text}]`)).toEqual([Number(text)]);
  });

  it('[JS1] what is no JSON stays none', () => {
    for (const text of [
      '{1234567890123456789:1}',
      '[01234567890123456789]',
      '--1234567890123456789',
      '+1234567890123456789',
    ])
      expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });

  it('[JS1] [JS2] nesting of any depth is no danger', () => {
    const text = `${'['.repeat(100_000)}12345678901234567890,"\\ud83c"${']'.repeat(100_000)}`;
    expect(() => parseWellFormedJson(text)).not.toThrow();
  });

  it('[JS1] an own __proto__ key is kept, and changes no prototype', () => {
    for (const text of [String.raw`{"__proto__":{"a":1}}`, String.raw`{"__proto__":{"a":12345678901234567890}}`]) {
      const value = parseExactJson(text);
      expect(JSON.stringify(value)).toBe(text);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
  });

  it('[JS2] half of a surrogate pair becomes U+FFFD in texts and in names, and whole pairs stay', () => {
    const text = String.raw`{"a\ud83c":["x\udf89","\ud83c\udf89"],"n":12345678901234567890}`;
    const expected = '{"a\u{fffd}":["x\u{fffd}","\u{1f389}"],"n":12345678901234567890}';
    expect(JSON.stringify(parseWellFormedJson(text))).toBe(expected);
    expect(parseWellFormedJson(wellFormedJson(text))).toEqual(parseWellFormedJson(text));
  });

  it('[JS2] JSON text that is well-formed stays as it is, to the character', () => {
    const text = String.raw` {"city":"\u00c5l \ud83c\udf89","path":"\\ud83c"} `;
    expect(wellFormedJson(text)).toBe(text);
  });

  it('exact is not well-formed: a vendor may send the halves of a pair one after the other', () => {
    expect(parseExactJson(String.raw`"\ud83c"`)).toBe('\ud83c');
  });

  it('[JS2] reads plain JSON as it is, and refuses what is none', () => {
    expect(parseWellFormedJson('{"a":[1,null,"é"]}')).toEqual({ a: [1, null, 'é'] });
    expect(() => parseWellFormedJson('{')).toThrow(SyntaxError);
    expect(() => parseExactJson('1234567890123456x')).toThrow(SyntaxError);
  });
});
