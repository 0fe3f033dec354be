import { parseExactJson } from '@speko/protocol/lean';
import { describe, expect, it } from 'vitest';
import { readToolArguments } from './read-tool-arguments.ts';

describe('arguments of a tool call', () => {
  it('[TL1] the text of an object stays as it is, to the character', () => {
    const text = String.raw` {"city":"\u00c5l", "n":2512292042121000001,"n":1} `;
    expect(readToolArguments(text)).toEqual({ ok: true, text });
  });

  it('[TL1] nothing, null and blanks mean no arguments', () => {
    for (const value of [undefined, null, '', ' \n', 'null', '""'])
      expect(readToolArguments(value)).toEqual({ ok: true, text: '{}' });
  });

  it('[TL1] [JS1] an object is written as JSON, large integers digit by digit', () => {
    const text = '{"id":2512292042121000001,"__proto__":1}';
    expect(readToolArguments(parseExactJson(text))).toEqual({ ok: true, text });
  });

  it('[TL1] an object that was written as JSON twice is unwrapped', () => {
    expect(readToolArguments('"{\\"a\\":1}"')).toEqual({ ok: true, text: '{"a":1}' });
  });

  it('[TL6] what is no object cannot be used, and the sentence says so', () => {
    const problem = 'The arguments must be a JSON object.';
    for (const value of ['[1]', '5', 'true', '12345678901234567890', [1], 7, true, '"\\"{}\\""'])
      expect(readToolArguments(value)).toEqual({ ok: false, problem });
    expect(readToolArguments('{"a":')).toEqual({
      ok: false,
      problem: 'The arguments are not valid JSON. Write them as one JSON object.',
    });
  });

  it('[TL6] what is too long or nests too deep cannot be used', () => {
    expect(readToolArguments(`{"a":"${'x'.repeat(262_144)}"}`).ok).toBe(false);
    expect(readToolArguments({ a: 'x'.repeat(262_144) }).ok).toBe(false);
    expect(readToolArguments(`{"a":${'['.repeat(200)}${']'.repeat(200)}}`).ok).toBe(false);
  });
});
