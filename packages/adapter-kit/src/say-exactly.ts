/** The request that makes a model speak a session's first message, for vendors that have no field for it. */
export function sayExactly(firstMessage: string): string {
  return `Say exactly the following to the user, word for word, and nothing else: ${JSON.stringify(firstMessage)}`;
}
