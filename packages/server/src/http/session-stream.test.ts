import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import type { TranscriptEntry } from '@speko/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoredRecord } from '../store/store.ts';
import { type HttpAppFixture, startHttpApp } from './__fixtures__/start-http-app.ts';
import { SessionStream } from './session-stream.ts';

let gateway: HttpAppFixture;
let record: StoredRecord;
let request: { keyId: string; sessionId: string };

beforeEach(async () => {
  gateway = await startHttpApp();
  const sessionId: string = (await gateway.mint()).json().sessionId;
  request = { keyId: gateway.keyId, sessionId };
  const found = await gateway.store.findSession(gateway.keyId, sessionId);
  if (found === undefined) throw new Error('not minted');
  record = found;
});

afterEach(() => gateway.close());

/** A response whose reader takes something only when the test says so. */
function reader() {
  const taken: string[] = [];
  let take: (() => void) | undefined;
  const response = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      take = () => {
        take = undefined;
        taken.push(text);
        done();
      };
    },
  });
  return {
    response: response as unknown as ServerResponse,
    taken,
    /** Reads until nothing more comes. */
    readAll: async (): Promise<void> => {
      for (let quiet = 0; quiet < 3; quiet += 1) {
        for (; take !== undefined; quiet = 0) take();
        await new Promise(setImmediate);
      }
    },
  };
}

function open(finals: readonly TranscriptEntry[] = []) {
  let closed = 0;
  const stream = new SessionStream(gateway, request, () => {
    closed += 1;
  });
  const { response, ...read } = reader();
  stream.watch();
  void stream.start(() => response, record, finals);
  return { ...read, response, stream, closes: () => closed };
}

function said(turn: string, text = 'Hello.'): TranscriptEntry {
  return { turn, role: 'user', text, interrupted: false, startMs: 0, atMs: 0 };
}

const publish = (entry: TranscriptEntry, final = true) =>
  gateway.notices.publish(request.sessionId, { type: 'transcript', entry, final });

const settled = () => new Promise(setImmediate);

test('[SR6] a long past is told at the pace of its reader, who is not cut off for it', async () => {
  const past = Array.from({ length: 100 }, (_, index) => said(`u${index}`, 'x'.repeat(65_536)));
  const { response, taken, readAll, closes } = open(past);
  await settled();
  // One event waits, not six megabytes.
  expect(response.writableLength).toBeLessThan(100_000);
  publish(said('u100', 'Now.'));
  await readAll();
  expect(taken).toHaveLength(102);
  expect(taken.at(-1)).toContain('"text":"Now."');
  expect(closes()).toBe(0);
});

test('[SR6] a reader that takes nothing of the past for 30 s is cut off', async () => {
  const { response, closes } = open([said('u1', 'x'.repeat(65_536)), said('u2')]);
  await settled();
  gateway.clock.advance(29_999);
  expect(response.destroyed).toBe(false);
  gateway.clock.advance(1);
  await settled();
  expect([response.destroyed, closes(), gateway.clock.timerCount]).toEqual([true, 1, 0]);
});

test('[SR6] so is one for whom more happens meanwhile than is kept', async () => {
  const { response, closes } = open([said('u1', 'x'.repeat(65_536)), said('u2')]);
  await settled();
  for (let turn = 0; turn <= 1_000; turn += 1) publish(said(`v${turn}`));
  await settled();
  expect([response.destroyed, closes(), gateway.clock.timerCount]).toEqual([true, 1, 0]);
});

test.each([
  // The status waits too.
  ['4,096 events', 4_095, 'x'],
  ['2 MiB', 31, 'x'.repeat(65_536)],
])('[SR6] a reader may leave %s unread, and is cut off for more', async (_what, count, text) => {
  const { response, closes } = open();
  await settled();
  for (let turn = 0; turn < count; turn += 1) publish(said(`u${turn}`, text));
  expect(response.destroyed).toBe(false);
  publish(said('last', text));
  await settled();
  expect([response.destroyed, closes(), gateway.clock.timerCount]).toEqual([true, 1, 0]);
});

test('[SR6] what has been read counts no more', async () => {
  const { response, readAll, taken } = open();
  await settled();
  for (let turn = 0; turn < 9_000; turn += 1) {
    publish(said(`u${turn}`));
    if (turn % 4_000 === 0) await readAll();
  }
  await readAll();
  expect(response.destroyed).toBe(false);
  expect(taken).toHaveLength(9_001);
});
