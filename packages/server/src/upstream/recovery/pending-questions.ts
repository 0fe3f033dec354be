import type { HistoryItem, SessionCommand } from '@speko/adapter';
import { Fifo } from '../../fifo.ts';

/** Bounds of the questions that are kept. */
const MAX_QUESTIONS = 1000;
const MAX_QUESTION_CHARS = 4_194_304;
const MAX_RESULT_CHARS = 65_536;
/** A vendor that calls more tools at once is not waited for beyond these. */
const MAX_OPEN_CALLS = 1000;

/** A request for an answer, and its place in the user's audio. */
export interface Question {
  readonly command: SessionCommand;
  readonly position: number;
}

/** Answers that the provider owes: one to each question until one begins, none while it waits for tools. */
export class PendingQuestions {
  readonly #openCalls = new Set<string>();
  readonly #questions = new Fifo<Question>();
  #chars = 0;
  #hasLost = false;

  /** Questions without an answer, oldest first: they are asked again on the next connection. */
  get questions(): readonly Question[] {
    return this.#questions.toArray();
  }

  get hasQuestions(): boolean {
    return this.#questions.length > 0;
  }

  /** Whether the oldest questions did not fit. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  get awaitsTools(): boolean {
    return this.#openCalls.size > 0;
  }

  asked(command: SessionCommand, position: number): void {
    const kept = shortened(command);
    this.#questions.push({ command: kept, position });
    this.#chars += charsOf(kept);
    while (this.#questions.length > MAX_QUESTIONS || this.#chars > MAX_QUESTION_CHARS) {
      const oldest = this.#questions.shift();
      if (oldest !== undefined) this.#chars -= charsOf(oldest.command);
      this.#hasLost = true;
    }
  }

  /** An answer begins. */
  answered(): void {
    this.#questions.clear();
    this.#chars = 0;
    this.#hasLost = false;
  }

  /** Everything owed, once. */
  take(): readonly Question[] {
    const questions = this.questions;
    this.answered();
    return questions;
  }

  toolCalled(callId: string): void {
    this.#openCalls.add(callId);
    const [oldest] = this.#openCalls;
    if (oldest !== undefined && this.#openCalls.size > MAX_OPEN_CALLS) this.#openCalls.delete(oldest);
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
    const toAsk = [...this.questions.map(({ command }) => command), ...held];
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

function charsOf(command: SessionCommand): number {
  if (command.type === 'text-append') return command.text.length;
  return command.type === 'tool-result' ? command.output.length : 0;
}

function shortened(command: SessionCommand): SessionCommand {
  if (command.type !== 'tool-result' || command.output.length <= MAX_RESULT_CHARS) return command;
  // A copy: a part of a string keeps the whole.
  const head = Buffer.from(command.output.slice(0, MAX_RESULT_CHARS), 'utf16le').toString('utf16le');
  return { ...command, output: `${head}… (${command.output.length - MAX_RESULT_CHARS} more characters were left out)` };
}
