import assert from 'node:assert/strict';
import type { StoredKey } from '../store.ts';
import { NOW_MS } from './fixtures.ts';
import type { StoreContractCase } from './store-contract-case.ts';

/** Tokens that are taken once, and API keys. */
export const TOKENS_AND_KEYS_CASES: readonly StoreContractCase[] = [
  {
    title: '[HS3] a token is unknown to another session, expired at its instant, and used once taken',
    async run(store) {
      await store.saveToken({ tokenHash: 'hash-1', sessionId: 'ses_1', expiresAtMs: NOW_MS + 1_000 });
      assert.equal(await store.takeToken('hash-2', 'ses_1', NOW_MS), 'unknown');
      assert.equal(await store.takeToken('hash-1', 'ses_2', NOW_MS), 'unknown');
      assert.equal(await store.takeToken('hash-1', 'ses_1', NOW_MS + 1_000), 'expired');
      assert.equal(await store.takeToken('hash-1', 'ses_1', NOW_MS + 999), 'ok');
      assert.equal(await store.takeToken('hash-1', 'ses_1', NOW_MS + 999), 'used');
      assert.equal(await store.takeToken('hash-1', 'ses_1', NOW_MS + 5_000), 'used');
    },
  },
  {
    title: '[HS4] of many callers at once exactly one takes a token',
    async run(store) {
      await store.saveToken({ tokenHash: 'hash-1', sessionId: 'ses_1', expiresAtMs: NOW_MS + 1_000 });
      const takes = await Promise.all(Array.from({ length: 20 }, () => store.takeToken('hash-1', 'ses_1', NOW_MS)));
      assert.equal(takes.filter((take) => take === 'ok').length, 1);
      assert.equal(takes.filter((take) => take === 'used').length, 19);
    },
  },
  {
    title: '[HS3] a token is remembered for at least half an hour after it expired',
    async run(store) {
      await store.saveToken({ tokenHash: 'old', sessionId: 'ses_1', expiresAtMs: NOW_MS - 1_800_000 });
      await store.saveToken({ tokenHash: 'new', sessionId: 'ses_2', expiresAtMs: NOW_MS + 1_000 });
      assert.equal(await store.takeToken('old', 'ses_1', NOW_MS), 'expired');
    },
  },
  {
    title: '[RS1] a key is found by its hash, with what it may use',
    async run(store) {
      const key: StoredKey = {
        keyId: 'key_1',
        keyHash: 'h1',
        name: 'back end',
        createdAtMs: NOW_MS,
        providers: ['echo'],
      };
      await store.saveKey(key);
      assert.deepEqual(await store.findKey('h1'), key);
      assert.equal(await store.findKey('h2'), undefined);
    },
  },
  {
    title: '[RS1] a revoked key says since when, and a second revocation does not move that',
    async run(store) {
      await store.saveKey({ keyId: 'key_1', keyHash: 'h1', name: 'one', createdAtMs: NOW_MS });
      await store.saveKey({ keyId: 'key_2', keyHash: 'h2', name: 'two', createdAtMs: NOW_MS + 1 });
      assert.equal(await store.revokeKey('key_1', NOW_MS + 5), true);
      assert.equal(await store.revokeKey('key_1', NOW_MS + 9), true);
      assert.equal(await store.revokeKey('key_9', NOW_MS), false);
      assert.deepEqual(await store.listKeys(), [
        { keyId: 'key_1', keyHash: 'h1', name: 'one', createdAtMs: NOW_MS, revokedAtMs: NOW_MS + 5 },
        { keyId: 'key_2', keyHash: 'h2', name: 'two', createdAtMs: NOW_MS + 1 },
      ]);
    },
  },
];
