import { beforeEach, describe, expect, test } from 'vitest';
import { createBlockingSqliteStore } from '../store/blocking-sqlite-store.ts';
import type { SessionStore } from '../store/store.ts';
import { ApiKeys, hashApiKey, mintApiKey } from './api-keys.ts';

let nowMs: number;
let steadyMs: number;
let store: SessionStore;
let lookups: number;
let keys: ApiKeys;

beforeEach(() => {
  nowMs = 1_000_000;
  steadyMs = 0;
  lookups = 0;
  store = createBlockingSqliteStore({ path: ':memory:' });
  const findKey = store.findKey.bind(store);
  store.findKey = (keyHash) => {
    lookups += 1;
    return findKey(keyHash);
  };
  keys = new ApiKeys({ store, nowMs: () => nowMs, steadyMs: () => steadyMs });
});

test('a key is sk_speko_ and 32 letters and digits, and no two are alike', () => {
  const minted = Array.from({ length: 100 }, mintApiKey);
  for (const key of minted) expect(key).toMatch(/^sk_speko_[0-9A-Za-z]{32}$/);
  expect(new Set(minted).size).toBe(100);
});

test('[LM1] the store gets the hash of a key, and nothing that holds the key', async () => {
  const { key, stored } = await keys.create({ name: 'back end', providers: ['echo'] });
  expect(stored).toEqual({
    keyId: `key_${hashApiKey(key).slice(0, 16)}`,
    keyHash: hashApiKey(key),
    name: 'back end',
    createdAtMs: 1_000_000,
    providers: ['echo'],
  });
  expect(JSON.stringify(await store.listKeys())).not.toContain(key.slice(9));
});

test('the hash of a key is its SHA-256', () => {
  expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('[RS1] a created key is known, any other text is not', async () => {
  const { key, stored } = await keys.create({ name: 'one' });
  expect(await keys.authenticate(key)).toEqual(stored);
  expect(await keys.authenticate(`${key}x`)).toBeUndefined();
  expect(await keys.authenticate('')).toBeUndefined();
});

describe('the cache', () => {
  test('spares the store repeated lookups for 5 s', async () => {
    const { key } = await keys.create({ name: 'one' });
    await keys.authenticate(key);
    steadyMs += 4_999;
    await keys.authenticate(key);
    expect(lookups).toBe(1);
    steadyMs += 1;
    await keys.authenticate(key);
    expect(lookups).toBe(2);
  });

  test('remembers no unknown key: a key made elsewhere works at once', async () => {
    const elsewhere = new ApiKeys({ store });
    expect(await keys.authenticate('sk_speko_none')).toBeUndefined();
    const { key } = await elsewhere.create({ name: 'one' });
    expect(await keys.authenticate(key)).toBeDefined();
  });

  test('[RS1] does not outlive a revocation', async () => {
    const { key, stored } = await keys.create({ name: 'one' });
    await keys.authenticate(key);
    expect(await keys.revoke(stored.keyId)).toBe(true);
    expect(await keys.authenticate(key)).toBeUndefined();
  });

  test('[RS1] does not keep what a lookup found that a revocation overtook', async () => {
    const { key, stored } = await keys.create({ name: 'one' });
    const findKey = store.findKey.bind(store);
    let answer = (): void => undefined;
    const revoked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    store.findKey = async (keyHash) => {
      const before = await findKey(keyHash);
      await revoked;
      return before;
    };
    const found = keys.authenticate(key);
    await keys.revoke(stored.keyId);
    answer();
    await found;
    store.findKey = findKey;
    expect(await keys.authenticate(key)).toBeUndefined();
  });

  test('[RS1] notices a revocation by another process within 5 s', async () => {
    const elsewhere = new ApiKeys({ store });
    const { key, stored } = await keys.create({ name: 'one' });
    await keys.authenticate(key);
    await elsewhere.revoke(stored.keyId);
    steadyMs += 5_000;
    expect(await keys.authenticate(key)).toBeUndefined();
  });

  test('holds 1,000 keys and no more', async () => {
    const { key } = await keys.create({ name: 'first' });
    await keys.authenticate(key);
    for (let index = 0; index < 1_000; index += 1) {
      await keys.authenticate((await keys.create({ name: 'more' })).key);
    }
    lookups = 0;
    await keys.authenticate(key);
    expect(lookups).toBe(1);
  });
});

test('revoking a key that does not exist says so', async () => {
  expect(await keys.revoke('key_none')).toBe(false);
});

test('[RS1] a store that answers with the record of another hash is not believed', async () => {
  const { key } = await keys.create({ name: 'one' });
  store.findKey = async () => ({ keyId: 'key_x', keyHash: hashApiKey('other'), name: 'x', createdAtMs: 0 });
  expect(await keys.authenticate(key)).toBeUndefined();
});

test('a configured key is known without the store, keeps its id, and is not listed', async () => {
  const options = { store, configuredKeys: [{ key: 'operator-chosen-key-1', name: 'env' }], nowMs: () => nowMs };
  const first = await new ApiKeys(options).authenticate('operator-chosen-key-1');
  const second = await new ApiKeys(options).authenticate('operator-chosen-key-1');
  expect(first).toMatchObject({ name: 'env', keyId: `key_${hashApiKey('operator-chosen-key-1').slice(0, 16)}` });
  expect(second?.keyId).toBe(first?.keyId);
  expect(lookups).toBe(0);
  expect(await keys.list()).toEqual([]);
});
