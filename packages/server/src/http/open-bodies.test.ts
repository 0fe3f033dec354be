import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { OpenBodies } from './open-bodies.ts';

function startBodies() {
  const bodies = new OpenBodies();
  return (keyId: string, contentLength: string | undefined): EventEmitter => {
    const response = new EventEmitter();
    bodies.enter(keyId, contentLength, response as unknown as ServerResponse);
    return response;
  };
}

test('[RS23] of one key 64 of the largest bodies are on their way, and one more once one of them is answered', () => {
  const enter = startBodies();
  const responses = Array.from({ length: 64 }, () => enter('key_1', '262144'));
  expect(() => enter('key_1', '1')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', retryAfterSeconds: 1 }));
  enter('key_2', '262144');
  responses[0]?.emit('close');
  enter('key_1', undefined);
  expect(() => enter('key_1', undefined)).toThrow('on their way');
});

test('[RS23] of all keys 512 of them', () => {
  const enter = startBodies();
  for (let key = 0; key < 8; key++) for (let body = 0; body < 64; body++) enter(`key_${key}`, '262144');
  expect(() => enter('key_9', '1')).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
});

test('[RS15] one that is too large for any key takes no room', () => {
  const enter = startBodies();
  for (let body = 0; body < 1000; body++) enter('key_1', '99999999');
  enter('key_1', '262144');
});
