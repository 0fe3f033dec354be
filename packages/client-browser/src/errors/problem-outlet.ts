import { ConversationError, type ConversationErrorCode } from './conversation-error.ts';

/** Receives problems. */
export interface ProblemListener {
  readonly onProblem: (problem: ConversationError) => void;
}

/** Hands problems on, or keeps the last one until there is somebody to tell. */
export interface ProblemOutlet {
  tell(code: ConversationErrorCode, cause?: unknown): void;
  /** @param listener - `undefined` removes it and forgets the problems kept. */
  connect(listener: ProblemListener | undefined): void;
}

/** Everything told here is something that the conversation goes on after. */
export function createProblemOutlet(): ProblemOutlet {
  let told: ProblemListener | undefined;
  let kept: ConversationError | undefined;
  return {
    tell(code, cause) {
      kept = new ConversationError({ code, cause, recoverable: true });
      told?.onProblem(kept);
    },
    connect(listener) {
      if (kept && !told) listener?.onProblem(kept);
      kept = undefined;
      told = listener;
    },
  };
}
