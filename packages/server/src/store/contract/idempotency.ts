import assert from 'node:assert/strict';
import { claim, NOW_MS } from './fixtures.ts';
import type { StoreContractCase } from './store-contract-case.ts';

/** Claims of idempotency keys. */
export const IDEMPOTENCY_CASES: readonly StoreContractCase[] = [
  {
    title: '[ID1] a claim is pending until answered, and then every repeat gets that answer',
    async run(store) {
      assert.deepEqual(await store.claimIdempotency(claim({})), { type: 'claimed' });
      assert.deepEqual(await store.claimIdempotency(claim({})), { type: 'pending' });
      await store.saveIdempotentResponse('key_1', 'idem', 'answer');
      assert.deepEqual(await store.claimIdempotency(claim({})), { type: 'repeat', response: 'answer' });
      assert.deepEqual(await store.claimIdempotency(claim({ nowMs: NOW_MS + 599_999 })), {
        type: 'repeat',
        response: 'answer',
      });
    },
  },
  {
    title: '[ID2] another body under the same key is a conflict, answered or not',
    async run(store) {
      await store.claimIdempotency(claim({}));
      assert.deepEqual(await store.claimIdempotency(claim({ bodyHash: 'other' })), { type: 'conflict' });
      await store.saveIdempotentResponse('key_1', 'idem', 'answer');
      assert.deepEqual(await store.claimIdempotency(claim({ bodyHash: 'other' })), { type: 'conflict' });
    },
  },
  {
    title: '[ID3] idempotency keys of two API keys have nothing to do with each other',
    async run(store) {
      await store.claimIdempotency(claim({}));
      assert.deepEqual(await store.claimIdempotency(claim({ keyId: 'key_2', bodyHash: 'other' })), { type: 'claimed' });
    },
  },
  {
    title: '[ID3] an idempotency key is forgotten after its window',
    async run(store) {
      await store.claimIdempotency(claim({}));
      await store.saveIdempotentResponse('key_1', 'idem', 'answer');
      assert.deepEqual(await store.claimIdempotency(claim({ bodyHash: 'other', nowMs: NOW_MS + 600_000 })), {
        type: 'claimed',
      });
    },
  },
  {
    title: '[ID1] a claim given back is free again, an answered one is kept',
    async run(store) {
      await store.claimIdempotency(claim({}));
      await store.releaseIdempotency('key_1', 'idem');
      assert.deepEqual(await store.claimIdempotency(claim({ bodyHash: 'other' })), { type: 'claimed' });
      await store.saveIdempotentResponse('key_1', 'idem', 'answer');
      await store.releaseIdempotency('key_1', 'idem');
      assert.deepEqual(await store.claimIdempotency(claim({ bodyHash: 'other' })), {
        type: 'repeat',
        response: 'answer',
      });
    },
  },
  {
    title: '[ID1] a claim whose process died is free again after half a minute',
    async run(store) {
      await store.claimIdempotency(claim({}));
      assert.deepEqual(await store.claimIdempotency(claim({ nowMs: NOW_MS + 29_999 })), { type: 'pending' });
      assert.deepEqual(await store.claimIdempotency(claim({ nowMs: NOW_MS + 30_000 })), { type: 'claimed' });
    },
  },
  {
    title: '[ID1] of many claims at once exactly one wins',
    async run(store) {
      const results = await Promise.all(Array.from({ length: 20 }, () => store.claimIdempotency(claim({}))));
      assert.equal(results.filter(({ type }) => type === 'claimed').length, 1);
      assert.equal(results.filter(({ type }) => type === 'pending').length, 19);
    },
  },
];
