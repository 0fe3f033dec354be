/** The credential of an `Authorization` header, or `undefined` when there is none; the scheme's case does not matter. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([!-~]{1,512}) *$/i.exec(header ?? '')?.[1];
}
