import { describe, expect, test } from 'vitest';
import { heardText, joinTexts } from './heard-text.ts';

/** What is heard of a text of one item when so many of a thousand milliseconds were. */
function heardOf(text: string, heardMs: number): string {
  return heardText([{ itemId: 'i1', text }], [{ itemId: 'i1', heardMs, totalMs: 1000 }]);
}

test('[TR5] the heard part of a text is whole words; the word at the border counts if more than half of it was heard', () => {
  const text = [{ itemId: 'i1', text: 'One two three four' }];
  const heard = (heardMs: number): string => heardText(text, [{ itemId: 'i1', heardMs, totalMs: 1800 }]);
  expect(heard(0)).toBe('');
  expect(heard(100)).toBe('');
  expect(heard(300)).toBe('One');
  expect(heard(1000)).toBe('One two');
  expect(heard(1200)).toBe('One two three');
  expect(heard(1799)).toBe('One two three four');
  expect(heard(1800)).toBe('One two three four');
});

test('[TR5] an item that was never spoken was not heard', () => {
  expect(heardText([{ itemId: 'i1', text: 'Hello.' }], [])).toBe('');
});

test('[TR1] items are joined with one space where the provider sent none', () => {
  expect(joinTexts(['Let me look.', 'It is here.'])).toBe('Let me look. It is here.');
  expect(joinTexts(['Let me look. ', 'It is here.', ''])).toBe('Let me look. It is here.');
  expect(joinTexts([])).toBe('');
});

describe('[TR9] words are those of the language', () => {
  test.each([
    ['Chinese', '今天天气很好我们可以去公园散步', 400, '今天天气很好'],
    ['Chinese with its stops', '今天天气很好。我们去散步吧!', 450, '今天天气很好。'],
    ['Japanese', 'きょうはとてもいい天気ですから公園へ', 500, 'きょうはとてもいい'],
    ['Thai', 'วันนี้อากาศดีมากเราไปเดินเล่น', 500, 'วันนี้อากาศดีมาก'],
    ['Khmer', 'ថ្ងៃនេះអាកាសធាតុល្អណាស់', 300, 'ថ្ងៃនេះ'],
    ['Korean', '오늘 날씨가 매우 좋으니', 500, '오늘 날씨가'],
    ['Arabic', 'الطقس جميل جدا اليوم', 500, 'الطقس جميل'],
    ['two scripts', '我用 iPhone 打电话给你', 500, '我用 iPhone'],
    ['a number', 'echo: 8.1 s of speech', 400, 'echo: 8.1'],
    ['a stop behind the word', 'It is here. It is not.', 450, 'It is here.'],
    ['a bracket before the word', 'It is (nearly) done now', 300, 'It is'],
    ['only white space', '        ', 500, ''],
    ['nothing', '', 500, ''],
  ])('%s', (_title, text, heardMs, expected) => {
    expect(heardOf(text, heardMs)).toBe(expected);
  });

  test('a text that is no word of any language is cut between its characters', () => {
    expect(heardOf('ꦲꦤꦕꦫꦏ'.repeat(20), 500)).toHaveLength(50);
    expect(heardOf('x'.repeat(1000), 333)).toHaveLength(333);
  });

  test.each([
    ['emoji of several parts', '👨‍👩‍👧‍👦🇩🇪❤️👍🏽'.repeat(5)],
    ['marks', 'e\u0301a\u0308o\u0302'.repeat(30)],
    ['characters beyond the first plane', '𠮷野家で𠮷田さんと'.repeat(5)],
    ['Hindi', 'आज मौसम बहुत अच्छा है और हम टहलने जाएँगे'],
    ['Thai with its marks', 'น้ำที่นี่เย็นมากๆครับผม'],
  ])('no character is cut in two: %s', (_title, text) => {
    const ends = new Set([0, text.length]);
    for (const { index } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) ends.add(index);
    for (let heardMs = 0; heardMs <= 1000; heardMs += 1) {
      const heard = heardOf(text, heardMs);
      expect(text.startsWith(heard)).toBe(true);
      expect(ends).toContain(heard.length);
    }
  });
});

test('[TR9] items are joined with a space only between scripts that have one', () => {
  expect(joinTexts(['你好。', '再见。'])).toBe('你好。再见。');
  expect(joinTexts(['你好', '再见'])).toBe('你好再见');
  expect(joinTexts(['こんにちは!', '「元気」です'])).toBe('こんにちは!「元気」です');
  expect(joinTexts(['สวัสดี', 'ครับ'])).toBe('สวัสดีครับ');
  expect(joinTexts(['𠮷', '𠮷'])).toBe('𠮷𠮷');
  expect(joinTexts(['我用', 'iPhone', '打电话'])).toBe('我用iPhone打电话');
  expect(joinTexts(['안녕하세요.', '반갑습니다.'])).toBe('안녕하세요. 반갑습니다.');
  expect(joinTexts(['مرحبا', 'بك'])).toBe('مرحبا بك');
  expect(joinTexts(['cafe\u0301', 'noir'])).toBe('cafe\u0301 noir');
  expect(joinTexts(['Well 👍🏽', '👍🏽 yes'])).toBe('Well 👍🏽 👍🏽 yes');
  expect(joinTexts(['a =', '\u0338 b'])).toBe('a =\u0338 b');
  expect(joinTexts(['👩', '\u200D🚀'])).toBe('👩\u200D🚀');
  expect(joinTexts(['One', '\u0301'.repeat(1000), 'two'])).toBe(`One${'\u0301'.repeat(1000)} two`);
});
