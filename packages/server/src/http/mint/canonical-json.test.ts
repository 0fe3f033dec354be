import { parseExactJson } from '@speko/protocol';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { openResponse, sealResponse } from './sealed-response.ts';

test('[ID1] equal values have the same text, whatever their spelling', () => {
  const one = JSON.parse('{"b":[1.0,{"y":null,"x":"é"}],"a":{"2":1,"10":2}}') as unknown;
  const two = JSON.parse('{ "a": {"10":2,"2":1}, "b": [1, {"x":"\\u00e9","y":null}] }') as unknown;
  expect(canonicalJson(one)).toBe('{"a":{"2":1,"10":2},"b":[1,{"x":"é","y":null}]}');
  expect(canonicalJson(two)).toBe(canonicalJson(one));
});

test('[ID1] [JS1] integers of any length are told apart digit by digit', () => {
  const text = (json: string) => canonicalJson(parseExactJson(json));
  expect(text('{"b":{"n":12345678901234567890},"a":1}')).toBe('{"a":1,"b":{"n":12345678901234567890}}');
  expect(text('{"__proto__":12345678901234567890,"A":[]}')).toBe('{"A":[],"__proto__":12345678901234567890}');
});

test('[ID2] different values have different texts', () => {
  const texts = [
    '{"a":1}',
    '{"a":"1"}',
    '{"a":[1]}',
    '{"a":{"b":1}}',
    '{"a":{"c":1}}',
    '[1,2]',
    '[2,1]',
    'null',
    '{"__proto__":1}',
  ];
  expect(new Set(texts.map((text) => canonicalJson(JSON.parse(text)))).size).toBe(9);
});

test('[ID1] a sealed answer opens with the key it was sealed with, and only with it', () => {
  const sealed = sealResponse('{"wsToken":"wst_x"}', 'sk_speko_one');
  expect(openResponse(sealed, 'sk_speko_one')).toBe('{"wsToken":"wst_x"}');
  expect(() => openResponse(sealed, 'sk_speko_two')).toThrow('unable to authenticate data');
  const bytes = Buffer.from(sealed, 'base64');
  bytes[30] = (bytes[30] ?? 0) ^ 1;
  expect(() => openResponse(bytes.toString('base64'), 'sk_speko_one')).toThrow('unable to authenticate data');
});

test('[LM1] sealing the same answer twice gives different texts', () => {
  expect(sealResponse('x', 'k')).not.toBe(sealResponse('x', 'k'));
});
