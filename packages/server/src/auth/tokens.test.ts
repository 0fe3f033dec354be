import { isSubprotocolToken } from '@speko/protocol';
import { expect, test } from 'vitest';
import { mintSessionId } from './session-ids.ts';
import { hashToken, mintToken } from './tokens.ts';

test('[RS14] a token is 32 random bytes in characters that are legal in a subprotocol', () => {
  const tokens = Array.from({ length: 200 }, () => mintToken().token);
  for (const token of tokens) {
    expect(token).toMatch(/^wst_[0-9A-Za-z_-]{43}$/);
    expect(isSubprotocolToken(token)).toBe(true);
  }
  expect(new Set(tokens).size).toBe(200);
});

test('[LM1] what is kept of a token is its SHA-256', () => {
  const { token, tokenHash } = mintToken();
  expect(tokenHash).toBe(hashToken(token));
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('[RS12] session ids sort as text by the millisecond they were made in', () => {
  const times = [0, 1, 31, 32, 1_023, 1_024, 1_769_860_800_000, 1_769_860_800_001, 4_102_444_800_000, 2 ** 48 - 1];
  const ids = times.map(mintSessionId);
  expect(ids.toSorted()).toEqual(ids);
});

test('[RS12] session ids are 100 random bits beside the time', () => {
  const ids = Array.from({ length: 1_000 }, () => mintSessionId(1_769_860_800_000));
  for (const id of ids) expect(id).toMatch(/^ses_01kg9ys7g0[0-9a-hjkmnp-tv-z]{20}$/);
  expect(new Set(ids).size).toBe(1_000);
});
