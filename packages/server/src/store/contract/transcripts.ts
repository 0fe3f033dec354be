import assert from 'node:assert/strict';
import { session, entry } from './fixtures.ts';
import type { StoreContractCase } from './store-contract-case.ts';

/** Transcripts, once and in order. */
export const TRANSCRIPTS_CASES: readonly StoreContractCase[] = [
  {
    title: '[SR5] a transcript reads in the order of speaking, not of arrival',
    async run(store) {
      await store.createSession(session({}));
      await store.appendTranscript('ses_1', entry({ turn: 'a1', role: 'assistant', startMs: 2_000, atMs: 4_000 }));
      await store.appendTranscript('ses_1', entry({ turn: 'u1', startMs: 100, atMs: 4_500 }));
      await store.appendTranscript('ses_1', entry({ turn: 'u2', startMs: null, atMs: 5_000 }));
      const entries = await store.readTranscript('ses_1');
      assert.deepEqual(
        entries.map(({ turn }) => turn),
        ['u1', 'a1', 'u2'],
      );
      assert.deepEqual(entries[0], {
        turn: 'u1',
        role: 'user',
        text: 'Hello.',
        interrupted: false,
        startMs: 100,
        atMs: 4_500,
      });
      assert.deepEqual(await store.readTranscript('ses_2'), []);
    },
  },
  {
    title: '[TR2] a turn and role has one final, also when it is stored twice',
    async run(store) {
      await store.createSession(session({}));
      await store.appendTranscript('ses_1', entry({ text: 'Hello there.' }));
      await store.appendTranscript('ses_1', entry({ text: 'Hello', interrupted: true }));
      assert.deepEqual(await store.readTranscript('ses_1'), [entry({ text: 'Hello', interrupted: true })]);
    },
  },
  {
    title: '[TR10] the final of a turn that was broken off says why, also when nothing of it was said',
    async run(store) {
      await store.createSession(session({}));
      const broken = entry({ turn: 'a1', role: 'assistant', text: '', incomplete: 'content_filter' });
      await store.appendTranscript('ses_1', broken);
      assert.deepEqual(await store.readTranscript('ses_1'), [broken]);
      await store.appendTranscript('ses_1', entry({ turn: 'a1', role: 'assistant', text: '' }));
      assert.deepEqual(await store.readTranscript('ses_1'), [entry({ turn: 'a1', role: 'assistant', text: '' })]);
    },
  },
];
