// The few globals that every runtime has and the ES library does not declare. Only the build sees this file;
// tests get the full types from Node.

declare class URL {
  constructor(url: string, base?: string);
  readonly href: string;
  readonly protocol: string;
  readonly host: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly username: string;
  readonly password: string;
  readonly searchParams: { get(name: string): string | null };
}

declare class TextEncoder {
  encode(input: string): Uint8Array<ArrayBuffer>;
}

declare function decodeURIComponent(text: string): string;
