declare global {
  interface ImportMeta {
    /** The package's version. The build puts it in. */
    readonly spekoVersion?: string;
    /** The code of both processors. The build puts it in. */
    readonly spekoWorkletCode?: string;
  }
}

/**
 * What a processor registers as. It carries the version, since a second registration under one name leaves the older
 * code in place without a word, and a stale copy of the file on a web server must not be taken for the present one.
 */
export function processorName(kind: 'capture' | 'player'): string {
  return `speko-${kind}-${import.meta.spekoVersion}`;
}
