import { expect, test } from 'vitest';
import { expectedErrors, expectedTrace, type Scenario } from './scenario.ts';

const scenario: Scenario = {
  id: 'example',
  title: 'an example',
  turns: ['automatic', 'manual'],
  run: () => Promise.resolve(),
  expected: { automatic: ['speech user started u1'], manual: ['error BAD_FRAME'] },
  without: { clear: { automatic: ['error UNSUPPORTED'] } },
};
const everything = () => true;

test('the trace is that of the mode', () => {
  expect(expectedTrace(scenario, 'automatic', everything)).toEqual(['speech user started u1']);
  expect(expectedTrace(scenario, 'manual', everything)).toEqual(['error BAD_FRAME']);
});

test('a missing ability has a trace of its own in the modes that are named', () => {
  const without = (ability: string) => ability !== 'clear';
  expect(expectedTrace(scenario, 'automatic', without)).toEqual(['error UNSUPPORTED']);
  expect(expectedTrace(scenario, 'manual', without)).toEqual(['error BAD_FRAME']);
});

test('errors of every trace may come, whatever the vendor', () => {
  expect([...expectedErrors(scenario)]).toEqual(['BAD_FRAME', 'UNSUPPORTED']);
});
