import type { SessionEvent } from '@speko/adapter';
import { expect, test } from 'vitest';
import { EventOutlet } from './event-outlet.ts';

const event: SessionEvent = { type: 'tool-cancel', callId: 'c1' };
const audio: SessionEvent = { type: 'audio-delta', responseId: 'r1', itemId: 'i1', pcm: new Uint8Array(100_000) };

function createOutlet() {
  const changes: boolean[] = [];
  const events: SessionEvent[] = [];
  const outlet = new EventOutlet((isFull) => changes.push(isFull));
  const listen = (): void => outlet.listen({ event: (reported) => events.push(reported), fault: () => {} });
  return { outlet, changes, events, listen };
}

test('[EN11] whoever produces events is told once that enough of them wait, and when they are taken', () => {
  const { outlet, changes, events, listen } = createOutlet();
  for (let count = 0; count < 999; count++) outlet.event(event);
  expect(changes).toEqual([]);
  outlet.event(event);
  outlet.event(event);
  expect(changes).toEqual([true]);
  listen();
  expect(events).toHaveLength(1001);
  expect(changes).toEqual([true, false]);
});

test('[EN11] events are enough by their bytes too', () => {
  const { outlet, changes } = createOutlet();
  outlet.event(audio);
  outlet.event(audio);
  expect(changes).toEqual([]);
  outlet.event(audio);
  expect(changes).toEqual([true]);
});

test('[EN11] nothing waits once there is a listener', () => {
  const { outlet, changes, events, listen } = createOutlet();
  listen();
  for (let count = 0; count < 2000; count++) outlet.event(event);
  expect(events).toHaveLength(2000);
  expect(changes).toEqual([]);
});

test('[EN11] a client that is congested by what waited holds the producer back until it is not', () => {
  const changes: boolean[] = [];
  const outlet = new EventOutlet((isPaused) => changes.push(isPaused));
  for (let count = 0; count < 1000; count++) outlet.event(event);
  expect(changes).toEqual([true]);
  outlet.listen({ event: () => outlet.setCongested(true), fault: () => {} });
  expect(changes).toEqual([true]);
  outlet.setCongested(false);
  expect(changes).toEqual([true, false]);
});

test('an outlet that is closed while it hands on what waited hands on nothing more, not even a fault', () => {
  const heard: unknown[] = [];
  const outlet = new EventOutlet(() => {});
  outlet.event(event);
  outlet.event(audio);
  outlet.fault(new Error('late'));
  outlet.listen({
    event: (reported) => {
      heard.push(reported.type);
      outlet.close();
    },
    fault: (error) => heard.push(error),
  });
  expect(heard).toEqual(['tool-cancel']);
});
