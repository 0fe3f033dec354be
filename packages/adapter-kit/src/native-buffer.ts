/** The parts used of Node's `Buffer`, which Bun and Deno offer as well; browsers and workers have none. */
export interface NativeBuffer {
  readonly prototype: { indexOf(this: Uint8Array, value: number, from: number): number };
  from(text: string, encoding: 'base64'): Uint8Array<ArrayBuffer>;
  from(buffer: ArrayBufferLike, byteOffset: number, byteLength: number): { toString(encoding: string): string };
}

/** `Buffer`, where the runtime has it. */
export const nativeBuffer: NativeBuffer | undefined = (globalThis as { Buffer?: NativeBuffer }).Buffer;
