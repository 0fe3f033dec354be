/** Schemas that may be sent. */
const MAX_NODES = 10_000;
/** JSON that may be sent, bytes in UTF-8. */
const MAX_BYTES = 262_144;
/** Things looked at on the way that may leave no trace in what is sent: values, keys, characters of references. */
const MAX_STEPS = 500_000;
/** Levels of one schema, references counted; a deeper walk could overflow the stack. */
const MAX_DEPTH = 128;

/** Largest result of a schema, in words. */
export const CONVERSION_LIMITS = `${MAX_NODES} schemas, ${MAX_BYTES} bytes or ${MAX_DEPTH} levels`;

/** Thrown as soon as a conversion passes its budget; never leaves this package. */
export class SchemaTooLarge extends Error {
  override readonly name = 'SchemaTooLarge';
}

/**
 * What converting schemas may cost. Written out, a schema of two kilobytes can hold a thousand million schemas: two
 * references to a definition that has two references, and so on. So what is written is counted while it is written.
 * One budget serves all tools of a session, since it is their sum that holds up everybody else.
 */
export class ConversionBudget {
  #nodes = 0;
  #bytes = 0;
  #steps = 0;

  /** Everything done so far, in schemas and things looked at: at most 510,000, whatever was asked for. */
  get steps(): number {
    return this.#nodes + this.#steps;
  }

  /**
   * One schema more that is sent.
   * @param own - It, without the schemas inside it.
   * @throws SchemaTooLarge
   */
  schema(own: unknown): void {
    if (this.#nodes === MAX_NODES) throw new SchemaTooLarge();
    this.#nodes += 1;
    this.json(own);
  }

  /**
   * One step down: into a schema, behind a reference.
   * @throws SchemaTooLarge
   */
  descend(depth: number): void {
    if (depth > MAX_DEPTH) throw new SchemaTooLarge();
    this.work(1);
  }

  /**
   * A part of what is sent.
   * @throws SchemaTooLarge
   */
  json(part: unknown): void {
    const bytes = utf8Bytes(JSON.stringify(part));
    if (bytes > MAX_BYTES - this.#bytes) throw new SchemaTooLarge();
    this.#bytes += bytes;
  }

  /**
   * Things about to be looked at.
   * @throws SchemaTooLarge
   */
  work(steps: number): void {
    if (steps > MAX_STEPS - this.#steps) throw new SchemaTooLarge();
    this.#steps += steps;
  }
}

/** Counted rather than encoded: ten thousand small buffers cost more than all the rest. */
function utf8Bytes(json: string): number {
  let bytes = json.length;
  for (let index = 0; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    // Half a surrogate pair by itself stands as an escape in JSON; a whole one is four bytes.
    if (code > 0x7f) bytes += code > 0x7ff && !(code >= 0xd800 && code <= 0xdfff) ? 2 : 1;
  }
  return bytes;
}
