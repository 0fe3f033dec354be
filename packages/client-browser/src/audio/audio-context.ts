import { ConversationError } from '../errors/conversation-error.ts';

/** Missing from TypeScript's DOM library. */
export type SinkId = string | { readonly type: 'none' };
export interface RoutableContext extends AudioContext {
  setSinkId?(sinkId: SinkId): Promise<void>;
}
export interface RoutableContextOptions extends AudioContextOptions {
  readonly sinkId?: SinkId;
}

/** @throws ConversationError `INSECURE_CONTEXT` or `UNSUPPORTED` */
export function requireAudio(isSupported: boolean): void {
  if (!globalThis.isSecureContext) throw new ConversationError({ code: 'INSECURE_CONTEXT' });
  if (!isSupported || !globalThis.AudioWorkletNode) throw new ConversationError({ code: 'UNSUPPORTED' });
}

/** Rejection of an `open` that a `stop` overtook. */
export function stoppedWhileOpening(): DOMException {
  return new DOMException('Stopped while it was being opened.', 'AbortError');
}

/**
 * A context that runs whenever the browser lets it: it is resumed after an interruption (a telephone call) and when the
 * page comes back to the front.
 *
 * @returns The context and what ends it.
 * @throws DOMException `NotSupportedError` beyond the few contexts that some browsers allow
 */
export function openAudioContext(options: RoutableContextOptions): {
  context: RoutableContext;
  close: () => Promise<void>;
} {
  const context: RoutableContext = new AudioContext(options);
  const resume = (): void => {
    // While `interrupted`, resuming would leave some browsers with a clock that stands still.
    if (context.state === 'suspended') context.resume().catch(() => {});
  };
  resume();
  context.addEventListener('statechange', resume);
  document.addEventListener('visibilitychange', resume);
  return {
    context,
    close: () => {
      document.removeEventListener('visibilitychange', resume);
      return context.close().catch(() => {});
    },
  };
}
