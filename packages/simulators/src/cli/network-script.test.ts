import { describe, expect, test } from 'vitest';
import { parseNetworkScript } from './network-script.ts';

describe('a network script', () => {
  test('[SIM2] names a step for each connection, and the last one repeats', () => {
    const faultsOf = parseNetworkScript('refuse:503, frame-delay:80+drop-after:20, ok');
    expect([0, 1, 2, 3, 1000].map(faultsOf)).toEqual([
      { refuse: { status: 503 } },
      { frameDelayMs: 80, dropAfterFrames: 20 },
      {},
      {},
      {},
    ]);
  });

  test('[SIM2] knows every fault of the host', () => {
    expect(parseNetworkScript('never-answer')(0)).toEqual({ neverAnswer: true });
    expect(parseNetworkScript('connect-delay:250')(0)).toEqual({ connectDelayMs: 250 });
    expect(parseNetworkScript('stall-after:0')(0)).toEqual({ stallAfterFrames: 0 });
  });

  test.each([
    ['', '"" is no word of a network script. Known: ok, refuse, never-answer, '],
    ['ok,,ok', '"" is no word of a network script.'],
    ['drop', '"drop" is no word of a network script.'],
    ['toString', '"toString" is no word of a network script.'],
    ['ok:1', '"ok" takes no number.'],
    ['refuse', '"refuse" takes a whole number from 400 to 599, such as refuse:400'],
    ['refuse:200', '"refuse" takes a whole number from 400 to 599'],
    ['drop-after:0', '"drop-after" takes a whole number of 1 or more, such as drop-after:20'],
    ['frame-delay:-1', '"frame-delay" takes a whole number from 0 to 2147483647'],
    ['frame-delay:2147483648', '"frame-delay" takes a whole number from 0 to 2147483647'],
    ['frame-delay:1e3', '"frame-delay" takes a whole number'],
    ['frame-delay:1:2', '"frame-delay" takes a whole number'],
    ['ok,'.repeat(1000) + 'ok', 'A script has at most 1000 steps.'],
  ])('[SIM3] "%.30s" is refused with what can be written', (script, message) => {
    expect(() => parseNetworkScript(script)).toThrow(message);
  });
});
