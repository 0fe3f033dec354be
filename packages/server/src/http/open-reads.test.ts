import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { OpenReads } from './open-reads.ts';

class MemoryResponse extends EventEmitter {
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function startReads() {
  const clock = new FakeClock();
  const reads = new OpenReads(clock);
  const enter = (keyId: string): MemoryResponse => {
    const response = new MemoryResponse();
    reads.enter(keyId, response as unknown as ServerResponse);
    return response;
  };
  return { clock, enter };
}

test('[RS24] a key may have 32 answers open, and one more once one of them is taken; other keys have their own', () => {
  const { clock, enter } = startReads();
  const responses = Array.from({ length: 32 }, () => enter('key_1'));
  expect(() => enter('key_1')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', retryAfterSeconds: 1 }));
  enter('key_2').emit('close');
  responses[0]?.emit('close');
  responses.push(enter('key_1'));
  for (const response of responses.slice(1)) response.emit('close');
  expect(clock.pending).toBe(0);
});

test('[RS24] an answer that is not taken within 60 s is cut off', () => {
  const { clock, enter } = startReads();
  const responses = Array.from({ length: 32 }, () => enter('key_1'));
  clock.advance(59_999);
  expect(responses.some(({ destroyed }) => destroyed)).toBe(false);
  clock.advance(1);
  expect(responses.every(({ destroyed }) => destroyed)).toBe(true);
  enter('key_1');
});
