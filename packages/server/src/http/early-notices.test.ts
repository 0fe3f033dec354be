import type { TranscriptEntry } from '@speko/protocol';
import { expect, test } from 'vitest';
import type { SessionNotice } from '../session/notice-bus.ts';
import { EarlyNotices } from './early-notices.ts';

function said(turn: string, text: string, final: boolean): SessionNotice {
  const entry: TranscriptEntry = { turn, role: 'user', text, interrupted: false, startMs: 0, atMs: 0 };
  return { type: 'transcript', entry, final };
}

const active: SessionNotice = { type: 'status', status: 'active', atMs: 1 };

test('[SR6] the newest partial of a turn stands for those before it, and a final for all', () => {
  const early = new EarlyNotices();
  const notices = [
    said('u1', 'Hel', false),
    active,
    said('u2', 'Wh', false),
    said('u1', 'Hello.', true),
    said('u2', 'What', false),
    said('u2', 'What now', false),
  ];
  for (const notice of notices) early.push(notice);
  expect(early.take()).toEqual([active, said('u1', 'Hello.', true), said('u2', 'What now', false)]);
  expect(early.take()).toEqual([]);
});

test('[SR6] partials without end take no room', () => {
  const early = new EarlyNotices();
  const text = 'x'.repeat(200_000);
  for (let count = 0; count < 5_000; count += 1) early.push(said('u1', text, false));
  expect(early.isOverrun).toBe(false);
  expect(early.take()).toEqual([said('u1', text, false)]);
});

test.each([
  ['notices', 1_000, () => active],
  ['characters', 8, (index: number) => said(`u${index}`, 'x'.repeat(131_072), true)],
])('[SR6] more %s than are kept are an overrun, and then nothing is kept', (_what, fitting, make) => {
  const early = new EarlyNotices();
  for (let index = 0; index < fitting; index += 1) early.push(make(index));
  expect(early.isOverrun).toBe(false);
  early.push(make(fitting));
  expect(early.isOverrun).toBe(true);
  expect(early.take()).toEqual([]);
});
