// The one global that every runtime has and the ES library does not declare. Only the build sees this file;
// tests get the full type from Node.

declare class URL {
  constructor(url: string);
  readonly protocol: string;
  readonly host: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly username: string;
  readonly password: string;
  readonly searchParams: { get(name: string): string | null };
}
