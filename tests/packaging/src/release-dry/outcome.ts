/** What came of one check of one package. */
export type Outcome =
  | { readonly state: 'ok'; readonly seconds: number }
  | { readonly state: 'failed'; readonly seconds: number; readonly reason: string }
  /** It has no meaning for this package. */
  | { readonly state: 'none' };

/** One line of the report: a package, or all of them together. */
export interface Row {
  readonly name: string;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** Runs one check; what it throws is its reason. @param check - Returns false where it has no meaning. */
export async function judge(check: () => Promise<boolean | void>): Promise<Outcome> {
  const startedAtMs = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAtMs) / 100) / 10;
  try {
    return (await check()) === false ? { state: 'none' } : { state: 'ok', seconds: seconds() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { state: 'failed', seconds: seconds(), reason };
  }
}
