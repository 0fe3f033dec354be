import { describe, expect, test } from 'vitest';
import {
  EMPTY_RESPONSE_QUEUE,
  type ResponseQueueEffect,
  type ResponseQueueInput,
  type ResponseQueueState,
  responseQueueDeadlineMs,
  stepResponseQueue,
} from './response-queue.ts';

/** Feeds inputs at time 0 and tells the effects of each. */
function play(inputs: readonly ResponseQueueInput[], from: ResponseQueueState = EMPTY_RESPONSE_QUEUE, nowMs = 0) {
  let state = from;
  const effects: (readonly ResponseQueueEffect[])[] = [];
  for (const input of inputs) {
    const step = stepResponseQueue(state, input, nowMs);
    state = step.state;
    effects.push(step.effects);
  }
  return { state, effects, last: effects.at(-1) };
}

const request = (...unacknowledged: string[]): ResponseQueueInput => ({ type: 'request', request: { unacknowledged } });
const created = (responseId: string, eventId?: string): ResponseQueueInput => ({
  type: 'created',
  responseId,
  eventId,
});
const done = (responseId: string): ResponseQueueInput => ({ type: 'done', responseId });
const acknowledge = (id: string): ResponseQueueInput => ({ type: 'acknowledge', id });
const refused = (eventId: string, reason: 'busy' | 'failed' | 'invalid'): ResponseQueueInput => ({
  type: 'refused',
  eventId,
  reason,
});
const create = (eventId: string): ResponseQueueEffect => ({ type: 'create', eventId });

describe('one at a time', () => {
  test('a request goes out at once while nothing runs', () => {
    expect(play([request()]).effects).toEqual([[create('response-1')]]);
  });

  test('a request waits for the response that runs', () => {
    const { effects } = play([created('r1'), request('i1'), done('r1')]);
    expect(effects).toEqual([[], [], [create('response-1')]]);
  });

  test('several waiting wishes become one request', () => {
    const { effects } = play([created('r1'), request('i1'), request('i2'), done('r1')]);
    expect(effects.at(-1)).toEqual([create('response-1')]);
    expect(play([created('r1'), request('i1'), request('i2'), done('r1')]).state.pending).toEqual([]);
  });

  test('a wish with instructions of its own stays apart', () => {
    const greeting: ResponseQueueInput = {
      type: 'request',
      request: { instructions: 'Greet.', unacknowledged: ['g'] },
    };
    const { state, effects } = play([created('r1'), request('i1'), greeting, request('i2'), done('r1')]);
    expect(effects.at(-1)).toEqual([{ type: 'create', eventId: 'response-1', instructions: 'Greet.' }]);
    expect(state.pending).toEqual([{ unacknowledged: ['i1', 'i2'] }]);
  });

  test('the end of another response frees nothing', () => {
    expect(play([created('r1'), request('i1'), done('r0')]).last).toEqual([]);
  });

  test('an end without a beginning is survived', () => {
    expect(play([done('r0'), request()]).last).toEqual([create('response-1')]);
  });
});

describe('a response of the vendor answers', () => {
  test('what was acknowledged before it began', () => {
    const { state, effects } = play([created('r1'), request('i1'), acknowledge('i1'), created('r2'), done('r2')]);
    expect(effects.flat()).toEqual([]);
    expect(state.pending).toEqual([]);
  });

  test('not what was acknowledged later', () => {
    const inputs = [created('r1'), request('i1'), created('r2'), acknowledge('i1'), done('r2')];
    expect(play(inputs).last).toEqual([create('response-1')]);
  });

  test('a request on its way, if its items were acknowledged first', () => {
    const { state, effects } = play([
      request('i1'),
      acknowledge('i1'),
      created('r1'),
      refused('response-1', 'busy'),
      done('r1'),
    ]);
    expect(effects.flat()).toEqual([create('response-1')]);
    expect(state.slot).toEqual({ state: 'idle' });
  });

  test('not a request on its way whose items came later: it is asked again after the refusal', () => {
    const inputs = [request('i1'), created('r1'), acknowledge('i1'), refused('response-1', 'busy'), done('r1')];
    expect(play(inputs).effects).toEqual([[create('response-1')], [], [], [], [create('response-2')]]);
  });

  test('and without a refusal the request is still expected to be answered next', () => {
    const inputs = [request('i1'), created('r1'), acknowledge('i1'), done('r1'), created('r2', 'response-1')];
    const { state, effects } = play(inputs);
    expect(effects.flat()).toEqual([create('response-1')]);
    expect(state.slot).toEqual({ state: 'active', responseId: 'r2' });
  });

  test('and meanwhile no other request is sent, since the first one holds the place', () => {
    const inputs = [request('i1'), created('r1'), acknowledge('i1'), request('i2'), done('r1')];
    expect(play(inputs).last).toEqual([]);
    expect(play(inputs).state.slot).toMatchObject({ state: 'requested', sent: { eventId: 'response-1' } });
  });

  test('everything, on a server that neither marks nor acknowledges', () => {
    const { state } = play([request('i1'), created('r1'), done('r1')]);
    expect(state.slot).toEqual({ state: 'idle' });
  });
});

describe('refusals', () => {
  test('busy: the request is kept for the end of the response that runs', () => {
    expect(play([request(), refused('response-1', 'busy'), done('r9')]).effects).toEqual([
      [create('response-1')],
      [],
      [create('response-2')],
    ]);
  });

  test('failed: it is sent once more, and then no more', () => {
    const { state, effects } = play([request(), refused('response-1', 'failed'), refused('response-2', 'failed')]);
    expect(effects).toEqual([[create('response-1')], [create('response-2')], []]);
    expect(state.pending).toEqual([]);
    expect(state.slot).toEqual({ state: 'idle' });
  });

  test('invalid: it is dropped, and the next goes out', () => {
    const inputs = [request('i1'), request('i2'), refused('response-1', 'invalid')];
    expect(play(inputs).last).toEqual([create('response-2')]);
  });

  test('busy without an id is of the request on its way', () => {
    const busy: ResponseQueueInput = { type: 'refused', eventId: undefined, reason: 'busy' };
    expect(play([request(), busy, done('r9')]).effects).toEqual([[create('response-1')], [], [create('response-2')]]);
    const crossing = [request('i1'), created('r1'), busy, done('r1')];
    expect(play(crossing).last).toEqual([create('response-2')]);
    expect(play([created('r1'), busy, done('r1')]).effects).toEqual([[], [], []]);
  });

  test('of anything else: nothing happens', () => {
    const { state } = play([request(), refused('other', 'invalid')]);
    expect(state.slot.state).toBe('requested');
  });
});

describe('cancelling', () => {
  test('the next request waits until the cancelled response is over', () => {
    const inputs: ResponseQueueInput[] = [created('r1'), { type: 'cancel', responseId: 'r1' }, request(), done('r1')];
    expect(play(inputs).effects).toEqual([[], [{ type: 'cancel', responseId: 'r1' }], [], [create('response-1')]]);
  });

  test('only what runs is cancelled, and only once', () => {
    const cancel: ResponseQueueInput = { type: 'cancel', responseId: 'r1' };
    expect(play([cancel]).effects).toEqual([[]]);
    expect(play([created('r2'), cancel]).last).toEqual([]);
    expect(play([created('r1'), cancel, cancel]).last).toEqual([]);
  });

  test('a response that the vendor no longer knows has vanished', () => {
    const inputs: ResponseQueueInput[] = [
      created('r1'),
      { type: 'cancel', responseId: 'r1' },
      { type: 'cancel-refused' },
      request(),
    ];
    expect(play(inputs).effects.slice(2)).toEqual([[{ type: 'vanished', responseId: 'r1' }], [create('response-1')]]);
  });

  test('so has one whose end never comes', () => {
    const { state } = play([created('r1'), { type: 'cancel', responseId: 'r1' }]);
    expect(responseQueueDeadlineMs(state)).toBe(10_000);
    expect(play([{ type: 'tick' }], state, 9999).effects).toEqual([[]]);
    expect(play([{ type: 'tick' }], state, 10_000).effects).toEqual([[{ type: 'vanished', responseId: 'r1' }]]);
  });
});

describe('no answer', () => {
  const late = play([{ type: 'tick' }], play([request()]).state, 10_000);

  test('after ten seconds the request is given up', () => {
    expect(responseQueueDeadlineMs(play([request()]).state)).toBe(10_000);
    expect(late.effects).toEqual([[{ type: 'expired' }]]);
    expect(responseQueueDeadlineMs(late.state)).toBeUndefined();
  });

  test('what answers it later is cancelled by its id and unwanted', () => {
    expect(play([created('r7', 'response-1')], late.state, 12_000).effects).toEqual([
      [
        { type: 'unwanted', responseId: 'r7' },
        { type: 'cancel', responseId: 'r7' },
      ],
    ]);
  });
});

describe('while the user speaks', () => {
  test('nothing is asked for', () => {
    const inputs: ResponseQueueInput[] = [{ type: 'hold' }, request(), { type: 'release' }];
    expect(play(inputs).effects).toEqual([[], [], [create('response-1')]]);
  });

  test('our response that begins all the same is cancelled and asked for again afterwards', () => {
    const inputs: ResponseQueueInput[] = [
      request('i1'),
      { type: 'hold' },
      created('r1', 'response-1'),
      done('r1'),
      { type: 'release' },
    ];
    expect(play(inputs).effects).toEqual([
      [create('response-1')],
      [],
      [
        { type: 'unwanted', responseId: 'r1' },
        { type: 'cancel', responseId: 'r1' },
      ],
      [],
      [create('response-2')],
    ]);
    expect(play(inputs).state.slot).toMatchObject({ sent: { request: { unacknowledged: ['i1'] } } });
  });

  test('and a response that begins ends the wait', () => {
    const inputs: ResponseQueueInput[] = [{ type: 'hold' }, request('i1'), created('r1'), done('r1')];
    expect(play(inputs).last).toEqual([create('response-1')]);
  });
});
