import { expect, test } from 'vitest';
import { ToolLedger } from './tool-ledger.ts';

test('[TL3] a result is taken once, and refused with the reason after that', () => {
  const tools = new ToolLedger();
  tools.opened('c1');
  tools.opened('c2');
  tools.cancelled('c2');
  expect(tools.hasOpen).toBe(true);
  expect(tools.answer('c1')).toEqual({ ok: true });
  expect(tools.hasOpen).toBe(false);
  expect(tools.answer('c1')).toMatchObject({ message: expect.stringContaining('already has its result') });
  expect(tools.answer('c2')).toMatchObject({ message: expect.stringContaining('was cancelled by the provider') });
  expect(tools.answer('c3')).toMatchObject({ message: expect.stringContaining('No tool call "c3"') });
});

test('[TL3] of a provider that calls without end the latest 1,000 calls are remembered', () => {
  const tools = new ToolLedger();
  for (let call = 1; call <= 1001; call++) tools.opened(`c${call}`);
  expect(tools.answer('c1')).toMatchObject({ ok: false });
  for (let call = 2; call <= 1001; call++) expect(tools.answer(`c${call}`)).toEqual({ ok: true });
  expect(tools.hasOpen).toBe(false);
});
