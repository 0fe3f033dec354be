import { expect, test } from 'vitest';
import { BINARY, clientFrame, repeated, ServerFrameReader, TEXT } from './websocket-frame.ts';

test('a short frame has two bytes of head, a mask of zeros, and its payload', () => {
  expect([...clientFrame(TEXT, 'ab')]).toEqual([0x81, 0x82, 0, 0, 0, 0, 97, 98]);
  expect([...clientFrame(BINARY, new Uint8Array([1, 2]), false)]).toEqual([0x02, 0x82, 0, 0, 0, 0, 1, 2]);
});

test('longer frames state their length in two bytes, then in eight', () => {
  expect([...clientFrame(BINARY, Buffer.alloc(126)).subarray(0, 4)]).toEqual([0x82, 0xfe, 0, 126]);
  expect([...clientFrame(BINARY, Buffer.alloc(65_536)).subarray(0, 10)]).toEqual([0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]);
});

test('frames of a server are found wherever the stream is cut', () => {
  const one = Buffer.from([0x81, 2, 97, 98]);
  const long = Buffer.concat([Buffer.from([0x82, 126, 1, 0]), Buffer.alloc(256, 7)]);
  const stream = Buffer.concat([repeated(one, 2), long, one]);
  for (let size = 1; size < 12; size++) {
    const reader = new ServerFrameReader();
    const seen: string[] = [];
    for (let at = 0; at < stream.byteLength; at += size) {
      reader.push(stream.subarray(at, at + size), (opcode, payload) => seen.push(`${opcode}:${payload.byteLength}`));
    }
    expect(seen).toEqual(['1:2', '1:2', '2:256', '1:2']);
  }
});
