// The one global that every runtime has and the ES library does not declare. Only the build sees this file;
// tests get the full type from Node.

declare class URL {
  constructor(url: string);
  readonly searchParams: { get(name: string): string | null };
}
