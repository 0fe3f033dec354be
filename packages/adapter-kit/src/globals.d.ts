// The few globals that every runtime has and the ES library does not declare. Only the build sees this file;
// tests get the full types from Node.

declare class TextDecoder {
  decode(input: Uint8Array): string;
}

declare class TextEncoder {
  encode(input: string): Uint8Array<ArrayBuffer>;
}
