import { describeError } from './describe-error.ts';
import { FrameQueue } from './frame-queue.ts';
import type { SessionOutlet } from './push-session.ts';
import type { SessionErrorFrame, SessionFrame } from './session-frames.ts';
import type { SessionOptions } from './session-options.ts';
import type { IgnoredMessage } from './session-state.ts';
import { invalidArgument } from './speko-error.ts';

/** The options that say where frames go. */
export type FrameOutletOptions = Pick<SessionOptions, 'onFrame' | 'onIgnored' | 'onHandlerError' | 'maxQueuedAudioMs'>;

/**
 * Where a session's frames leave it: to `onFrame`, or to `for await`. Never throws what a handler throws: a session
 * that stopped halfway through a step would neither go on nor end.
 */
export class FrameOutlet implements SessionOutlet, AsyncIterable<SessionFrame> {
  readonly #options: FrameOutletOptions;
  readonly #queue: FrameQueue;
  /** Whether `close` has been emitted, after which nothing follows. */
  #isClosed = false;

  /** @param onOverflow - Called once, when more frames wait than are kept. */
  constructor(options: FrameOutletOptions, onOverflow: () => void) {
    this.#options = options;
    this.#queue = new FrameQueue({ maxAudioMs: options.maxQueuedAudioMs ?? 600_000, onOverflow });
  }

  /** Hands a frame to the application. */
  emit(frame: SessionFrame): void {
    if (frame.type === 'close') this.#isClosed = true;
    const { onFrame } = this.#options;
    if (onFrame === undefined) this.#queue.push(frame);
    else callHandler(onFrame, frame, (error) => this.#report('onFrame', error));
  }

  /** Tells the application of a message that became no frame. */
  ignored(message: IgnoredMessage): void {
    const { onIgnored } = this.#options;
    if (onIgnored !== undefined) callHandler(onIgnored, message, (error) => this.#report('onIgnored', error));
  }

  /** Forgets unread audio. */
  dropAudio(): void {
    this.#queue.dropAudio();
  }

  /** Nothing follows. */
  end(): void {
    this.#queue.end();
  }

  /** @throws {@link SpekoError} `INVALID_ARGUMENT` when frames go to `onFrame` */
  [Symbol.asyncIterator](): AsyncIterator<SessionFrame, undefined> {
    if (this.#options.onFrame !== undefined) {
      throw invalidArgument('This session hands its frames to onFrame. Leave onFrame out to iterate.');
    }
    return this.#queue[Symbol.asyncIterator]();
  }

  #report(handler: 'onFrame' | 'onIgnored', error: unknown): void {
    const { onFrame, onHandlerError } = this.#options;
    if (onHandlerError !== undefined) return callHandler(onHandlerError, error, giveUp);
    if (this.#isClosed) return;
    const frame: SessionErrorFrame = {
      type: 'error',
      code: 'CLIENT_HANDLER_FAILED',
      message: `${handler} threw: ${describeError(error)}. Catch it there, or pass onHandlerError.`,
      fatal: false,
    };
    if (onFrame === undefined) this.#queue.push(frame);
    else callHandler(onFrame, frame, giveUp);
  }
}

/** An error handler that throws is not reported again. */
function giveUp(): void {}

function callHandler<Value>(handler: (value: Value) => unknown, value: Value, onError: (error: unknown) => void): void {
  try {
    const result = handler(value);
    if (result instanceof Promise) result.catch(onError);
  } catch (error) {
    onError(error);
  }
}
