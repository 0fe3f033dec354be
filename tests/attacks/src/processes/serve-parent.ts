/** What this process was started with. */
export function readOptions<Options>(): Options {
  return JSON.parse(process.argv[2] ?? 'null') as Options;
}

/** Answers the parent's questions by their names, and ends when the parent is gone. */
export function serveParent(answers: Readonly<Record<string, () => unknown>>): void {
  process.on('disconnect', () => process.exit());
  process.on('message', ({ id, question }: { id: number; question: string }) => {
    void Promise.resolve(answers[question]?.()).then((answer) => process.send?.({ id, answer: answer ?? null }));
  });
}
