import type { SessionEvent } from '@speko/adapter';
import { expect, test } from 'vitest';
import { EventOutlet } from './event-outlet.ts';

const event: SessionEvent = { type: 'tool-cancel', callId: 'c1' };
const audio: SessionEvent = { type: 'audio-delta', responseId: 'r1', itemId: 'i1', pcm: new Uint8Array(100_000) };

function createOutlet() {
  const changes: boolean[] = [];
  const events: SessionEvent[] = [];
  const outlet = new EventOutlet((isFull) => changes.push(isFull));
  const listen = (): void =>
    outlet.listen({ event: (reported) => events.push(reported), fault: () => {}, history: () => [] });
  return { outlet, changes, events, listen };
}

test('[EN11] whoever produces events is told once that enough of them wait, and when they are taken', () => {
  const { outlet, changes, events, listen } = createOutlet();
  for (let count = 0; count < 999; count++) outlet.emit(event);
  expect(changes).toEqual([]);
  outlet.emit(event);
  outlet.emit(event);
  expect(changes).toEqual([true]);
  listen();
  expect(events).toHaveLength(1001);
  expect(changes).toEqual([true, false]);
});

test('[EN11] events are enough by their bytes too', () => {
  const { outlet, changes } = createOutlet();
  outlet.emit(audio);
  outlet.emit(audio);
  expect(changes).toEqual([]);
  outlet.emit(audio);
  expect(changes).toEqual([true]);
});

test('[EN11] nothing waits once there is a listener', () => {
  const { outlet, changes, events, listen } = createOutlet();
  listen();
  for (let count = 0; count < 2000; count++) outlet.emit(event);
  expect(events).toHaveLength(2000);
  expect(changes).toEqual([]);
});
