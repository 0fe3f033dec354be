import { runInNewContext } from 'node:vm';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { toPcm, type PcmInput } from './to-pcm.ts';

/** 1, -2 and 3 as PCM16. */
const BYTES = [1, 0, 254, 255, 3, 0];
const bytes = Uint8Array.from(BYTES);
/** The same behind a byte that does not belong to it. */
const shifted = Uint8Array.from([99, ...BYTES, 99]).subarray(1, 7);
const shared = new Uint8Array(new SharedArrayBuffer(6));
shared.set(BYTES);
const transferred = new DataView(new ArrayBuffer(6));
structuredClone(null, { transfer: [transferred.buffer] });
const shrunk = runInNewContext(
  'const buffer = new ArrayBuffer(6, { maxByteLength: 8 }); const view = new DataView(buffer, 0, 6); buffer.resize(4); view',
) as DataView;

test.each<[string, PcmInput]>([
  ['samples', Int16Array.of(1, -2, 3)],
  ['samples inside a larger array', Int16Array.of(7, 1, -2, 3, 7).subarray(1, 4)],
  ['samples of another realm', runInNewContext('Int16Array.of(1, -2, 3)') as Int16Array],
  ['the bit patterns of samples', Uint16Array.of(1, 65_534, 3)],
  ['bytes', bytes],
  ['bytes at an odd offset', shifted],
  ['signed bytes', Int8Array.from(BYTES)],
  ['clamped bytes', Uint8ClampedArray.from(BYTES)],
  ['a Buffer', Buffer.from(BYTES)],
  ['a Buffer of the pool', Buffer.concat([Buffer.from([1]), Buffer.from(BYTES)]).subarray(1)],
  ['a DataView', new DataView(shifted.buffer, 1, 6)],
  ['an ArrayBuffer', bytes.buffer],
  ['an ArrayBuffer of another realm', runInNewContext(`Uint8Array.from([${BYTES.join()}]).buffer`) as ArrayBuffer],
  ['a SharedArrayBuffer', shared.buffer],
])('[CN4] %s', (_, audio) => {
  expect([...toPcm(audio)]).toEqual(BYTES);
});

test('[CN12] the compiler refuses floats, text and arrays', () => {
  expectTypeOf<Float32Array>().not.toExtend<PcmInput>();
  expectTypeOf<string>().not.toExtend<PcmInput>();
  expectTypeOf<number[]>().not.toExtend<PcmInput>();
  expectTypeOf<Buffer>().toExtend<PcmInput>();
});

describe('[CN12] refused', () => {
  test.each<[string, unknown, string]>([
    ['Float32Array', new Float32Array(4), 'a Float32Array. Scale samples'],
    ['Float64Array', new Float64Array(4), 'a Float64Array. Scale samples'],
    ['Int32Array', new Int32Array(4), 'an Int32Array. Pass mono PCM16'],
    ['Uint32Array', new Uint32Array(4), 'a Uint32Array. Pass mono PCM16'],
    ['BigInt64Array', new BigInt64Array(4), 'a BigInt64Array. Pass mono PCM16'],
    ['base64', 'AAAA', "text. Read the file, or decode base64 by Buffer.from(text, 'base64'), first"],
    ['an array', [1, 2], 'an array. Int16Array.from(numbers)'],
    ['a Blob', new Blob(['ab']), 'a Blob. Pass its bytes: await blob.arrayBuffer()'],
    ['a frame', { type: 'audio', pcm: bytes }, 'a frame. Pass frame.pcm.'],
    ['a transferred buffer', transferred.buffer, 'memory that was given away or shrunk. Copy it before'],
    ['a view of one', transferred, 'memory that was given away or shrunk. Copy it before'],
    ['a view of a shrunk buffer', shrunk, 'memory that was given away or shrunk. Copy it before'],
    ['null', null, 'null. Pass mono PCM16'],
    ['undefined', undefined, 'undefined. Pass mono PCM16'],
    ['a number', 5, 'number. Pass mono PCM16'],
    ['an object', {}, 'an object (Object). Pass mono PCM16'],
    ['what claims to be a buffer', { [Symbol.toStringTag]: 'Int16Array' }, 'an object (Int16Array). Pass mono PCM16'],
  ])('%s', (_, audio, message) => {
    const refused = expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(`Audio cannot be ${message}`) as string,
    }) as Error;
    expect(() => toPcm(audio as PcmInput)).toThrow(refused);
  });
});
