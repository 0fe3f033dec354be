import { ConversationError, type ConversationErrorCode } from './conversation-error.ts';

/** Hands problems on, or keeps the last one until there is somebody to tell. */
export interface ProblemOutlet {
  tell(code: ConversationErrorCode, cause?: unknown): void;
  /** @param listener - `undefined` for nobody, and forgets what is kept. */
  connect(listener: ((problem: ConversationError) => void) | undefined): void;
}

/** Everything told here is something that the conversation goes on after. */
export function createProblemOutlet(): ProblemOutlet {
  let told: ((problem: ConversationError) => void) | undefined;
  let kept: ConversationError | undefined;
  return {
    tell(code, cause) {
      kept = new ConversationError({ code, cause, recoverable: true });
      told?.(kept);
    },
    connect(listener) {
      if (kept && !told) listener?.(kept);
      kept = undefined;
      told = listener;
    },
  };
}
