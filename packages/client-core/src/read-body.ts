import type { FetchAnswer } from './rest-client.ts';

/** Far more than a gateway answers to what is asked here. */
const MOST_BYTES = 1_048_576;

/** A body as far as it was read. */
export interface ReadBody {
  readonly text: string;
  /** Whether there was more than anybody should answer; `text` is then cut off. */
  readonly isCut: boolean;
}

/** Reads the body of an answer, and at most 1 MiB of it where the answer can be read in pieces, as that of `fetch` can. */
export async function readBody(answer: FetchAnswer): Promise<ReadBody> {
  if (!answer.body) {
    const text = await answer.text();
    return { text: text.slice(0, MOST_BYTES), isCut: text.length > MOST_BYTES };
  }
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { value } = await reader.read();
    if (value === undefined) return { text: text + decoder.decode(), isCut: false };
    bytes += value.byteLength;
    if (bytes > MOST_BYTES) {
      // Whether it could be told does not matter: the request is given up.
      reader.cancel().catch(() => {});
      return { text, isCut: true };
    }
    text += decoder.decode(value, { stream: true });
  }
}
