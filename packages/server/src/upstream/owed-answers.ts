import type { HistoryItem, SessionCommand } from '@speko/adapter';

/** What asked for an answer, and where in the user's audio. */
export interface Question {
  readonly command: SessionCommand;
  readonly position: number;
}

/** What the provider owes: an answer to each question until one begins, and nothing while it waits for tools. */
export class OwedAnswers {
  readonly #openCalls = new Set<string>();
  #questions: Question[] = [];

  /** Questions without an answer, oldest first: they are asked again on the next connection. */
  get questions(): readonly Question[] {
    return this.#questions;
  }

  get awaitsTools(): boolean {
    return this.#openCalls.size > 0;
  }

  asked(command: SessionCommand, position: number): void {
    this.#questions.push({ command, position });
  }

  /** An answer begins. */
  answered(): void {
    this.#questions = [];
  }

  /** Everything owed, once. */
  take(): readonly Question[] {
    const questions = this.#questions;
    this.#questions = [];
    return questions;
  }

  toolCalled(callId: string): void {
    this.#openCalls.add(callId);
  }

  /** The call has its result, or needs none. */
  toolSettled(callId: string): void {
    this.#openCalls.delete(callId);
  }

  /**
   * The history as it was before the questions that will be asked again, the words that will be said again, and what is
   * `held` back to be asked after them.
   */
  historyWithout(
    history: readonly HistoryItem[],
    wordsSaidAgain: readonly string[],
    held: readonly SessionCommand[],
  ): readonly HistoryItem[] {
    const toAsk = [...this.#questions.map(({ command }) => command), ...held];
    const isAskedAgain = (item: HistoryItem): boolean => {
      if (item.type === 'message' && item.role === 'user' && wordsSaidAgain.includes(item.text)) return true;
      return toAsk.some((command) => {
        if (command.type === 'text-append')
          return item.type === 'message' && item.role === 'user' && item.text === command.text;
        return command.type === 'tool-result' && item.type === 'tool-result' && item.callId === command.callId;
      });
    };
    const lastAnswer = history.findLastIndex((item) => item.type === 'message' && item.role === 'assistant');
    return history.filter((item, index) => index < lastAnswer || !isAskedAgain(item));
  }
}
