import { driveAdapter } from '@speko/adapter-testkit';
import { expect, test } from 'vitest';
import { createBrook } from './brook-adapter.ts';
import { createBrookSimulator } from './brook-simulator.ts';

const begin = { op: 'begin', n: 1, persona: '', voice: 'reed', listen: 'auto', skills: [] };

function connect(model = 'brook-1') {
  const request = { url: `/v2/converse?model=${model}`, headers: {}, protocols: [] };
  const connection = createBrookSimulator().connect(request, 0);
  return {
    opened: connection.open(0),
    receives: (message: object, nowMs = 0) => connection.receive(JSON.stringify(message), nowMs),
    wakes: (nowMs: number) => connection.wake(nowMs),
    wakeAtMs: () => connection.wakeAtMs,
  };
}

test('[BROO14] the simulator refuses a key that is called invalid', () => {
  const request = { url: '/v2/converse?model=brook-1', headers: { authorization: 'Brook invalid' }, protocols: [] };
  expect(createBrookSimulator().upgrade(request)).toEqual({
    type: 'refuse',
    status: 401,
    body: '{"reason":"bad key"}',
  });
});

test('[BROO14] the simulator closes on a model that it does not know', () => {
  expect(connect('other').opened).toEqual({ frames: [], end: { type: 'close', code: 4404, reason: 'no such model' } });
});

test.each([
  ['an unknown field', { ...begin, pitch: 2 }],
  ['a number out of order', { ...begin, n: 2 }],
  ['anything before begin', { op: 'done', n: 1 }],
])('[BROO14] the simulator closes on %s', (_what, message) => {
  const { frames, end } = connect().receives(message);
  expect(JSON.parse(String(frames[0]))).toMatchObject({ op: 'fault', what: 'bad message', stop: true });
  expect(end).toEqual({ type: 'close', code: 4400, reason: 'bad message' });
});

test('[BROO14] the simulator faults a result that nobody asked for', () => {
  const brook = connect();
  brook.receives(begin);
  expect(brook.receives({ op: 'skill-done', n: 2, ask: 's-9', gives: '' }).frames).toEqual([
    '{"op":"fault","n":2,"what":"unknown ask","why":"Nobody asked s-9.","stop":false}',
  ]);
});

test('[BROO14] the simulator leaves a reply that is over, and one of another number, alone', () => {
  const driver = driveAdapter({
    adapter: createBrook(),
    options: { apiKey: 'made-up-key' },
    simulator: createBrookSimulator(),
  });
  driver.until('session-ready');
  driver.command({ type: 'text-append', text: 'Hello.' });
  driver.until('audio-delta');
  driver.command({ type: 'response-truncate', responseId: 'reply-99', items: [] });
  expect(driver.until('response-end').status).toBe('completed');
});

test('[BROO14] the simulator closes when two drums stay unanswered', () => {
  const brook = connect();
  brook.receives(begin);
  expect(brook.wakeAtMs()).toBe(20_000);
  expect(brook.wakes(20_000).frames).toEqual(['{"op":"drum","n":2}']);
  brook.wakes(40_000);
  expect(brook.wakes(60_000).end).toMatchObject({ type: 'close' });
});

test('[BROO14] the simulator ends a call after its time, with a warning', () => {
  const brook = connect();
  brook.receives(begin);
  let n = 1;
  for (let nowMs = 20_000; nowMs < 880_000; nowMs += 20_000) {
    brook.wakes(nowMs);
    n += 1;
    brook.receives({ op: 'drum', n }, nowMs);
  }
  const closing = brook.wakes(870_000).frames.at(-1);
  expect(JSON.parse(String(closing))).toMatchObject({ op: 'closing', in: 30 });
  expect(brook.wakes(900_000).end).toEqual({ type: 'close', code: 1000, reason: '' });
});
