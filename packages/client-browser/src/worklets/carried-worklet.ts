// Imports nothing: what it shared with the rest of the package would become a third file of a page's bundle.

/**
 * Loads the code of both processors that this module carries, by a Blob URL, else by a data URL: some pages allow the one,
 * some the other.
 *
 * @param load - Loads one address.
 * @param url - The page's own file, which could not be loaded because of `cause`; `undefined` where it has none.
 * @param code - A parameter because bundlers work out what `encodeURIComponent` makes of a constant, and would carry both.
 * @throws Error with what a developer can do about it
 */
export async function loadCarried<Node>(
  load: (address: string) => Promise<Node>,
  kind: 'capture' | 'player',
  url: string | undefined,
  cause: unknown,
  code = import.meta.spekoWorkletCode ?? '',
): Promise<Node> {
  const type = 'text/javascript';
  const blobUrl = URL.createObjectURL(new Blob([code], { type }));
  try {
    return await load(blobUrl).catch((error: unknown) => {
      // The first failure is that of the page's own file, which says most.
      cause ??= error;
      return load(`data:${type},${encodeURIComponent(code)}`);
    });
  } catch {
    const file = `@speko/client-browser/worklets/${kind}.js`;
    throw new Error(
      url
        ? `The audio code could not be loaded from ${url}. Serve there ${file} of this very version, as JavaScript, and allow it in script-src of the Content-Security-Policy.`
        : `The page's Content-Security-Policy keeps its audio code from loading. Serve ${file} and pass its address as workletUrls.${kind} (as workletUrl, for a Microphone or Speaker alone), or add blob: to script-src.`,
      { cause },
    );
  } finally {
    URL.revokeObjectURL(blobUrl);
  }
}
