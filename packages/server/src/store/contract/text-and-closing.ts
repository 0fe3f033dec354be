import assert from 'node:assert/strict';
import { session, entry } from './fixtures.ts';
import type { StoreContractCase } from './store-contract-case.ts';

/** Text as it was given, and the end of a store. */
export const TEXT_AND_CLOSING_CASES: readonly StoreContractCase[] = [
  {
    title: '[JS1] metadata is handed back as it was given, to the character',
    async run(store) {
      const metadataJson = '{"__proto__":{"a":1},"id":2512292042121000001,"deep":[{"n":-9007199254740993}]}';
      await store.createSession(session({ metadataJson }));
      assert.equal((await store.findSession('key_1', 'ses_1'))?.metadataJson, metadataJson);
      assert.equal((await store.listSessions('key_1', { limit: 1 })).sessions[0]?.metadataJson, metadataJson);
    },
  },
  {
    title: 'text survives as it is: quotes, Unicode, and what looks like SQL',
    async run(store) {
      const text = `'; DROP TABLE sessions; -- "quoted" ✓ 音声 🎙️`;
      await store.createSession(session({ model: text, metadataJson: JSON.stringify({ text }) }));
      await store.appendTranscript('ses_1', entry({ text }));
      const record = await store.findSession('key_1', 'ses_1');
      assert.deepEqual([record?.model, record?.metadataJson], [text, JSON.stringify({ text })]);
      assert.equal((await store.readTranscript('ses_1'))[0]?.text, text);
    },
  },
  {
    title: 'a closed store rejects calls, and closing twice is harmless',
    async run(store) {
      await store.close();
      await store.close();
      await assert.rejects(store.findKey('h1'));
    },
  },
];
