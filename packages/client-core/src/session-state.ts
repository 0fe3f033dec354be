import type { ClientFrame } from '@speko/protocol/lean';
import type { SessionFrame, SessionToolCallFrame } from './session-frames.ts';

/** State shared by all states of a live session. */
export interface LiveSession {
  /** Rate of the assistant's audio, in Hz. */
  readonly outputSampleRate: number;
  /** Names of the tools that are answered without the application. */
  readonly automaticTools: ReadonlySet<string>;
  /** The assistant turn that binary messages belong to now. */
  readonly audioTurn: string | undefined;
  /** Own interrupts whose `interruption` has not come yet. While there are any, audio is dropped. */
  readonly pendingInterrupts: number;
  /** Unanswered calls: name by call id. The only part that changes in place. */
  readonly openToolCalls: Map<string, string>;
}

/** Where a session stands. */
export type SessionState =
  /** The WebSocket is being opened. */
  | (LiveSession & { readonly state: 'connecting' })
  /** The WebSocket is open and the provider is being configured; everything may be sent already. */
  | (LiveSession & { readonly state: 'preparing' })
  /** The provider listens. */
  | (LiveSession & { readonly state: 'open' })
  /** The gateway said `end`, or `close()` was called. What still arrives is delivered, nothing more is sent. */
  | (LiveSession & {
      readonly state: 'ending';
      readonly reason: string;
      /** Close code, once it is known; `undefined` while the gateway has yet to send it. */
      readonly code: number | undefined;
    })
  /** The connection is gone. */
  | { readonly state: 'closed'; readonly code: number; readonly reason: string };

/** Something that happens to a session. */
export type SessionInput =
  | { readonly type: 'opened' }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'audio'; readonly pcm: Uint8Array }
  | { readonly type: 'send'; readonly frame: ClientFrame }
  | {
      readonly type: 'tool-done';
      readonly callId: string;
      readonly output: string;
      readonly failed: boolean;
    }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  | { readonly type: 'disconnected'; readonly code: number; readonly reason: string };

/** A message of the gateway that did not become a frame, and why. For logs and tests; a session goes on without it. */
export type IgnoredMessage =
  /** A frame of a later protocol version. */
  | { readonly type: 'unknown-frame'; readonly raw: Record<string, unknown> }
  /** Not a frame at all, one longer than any frame is, or a known one with a wrong field. */
  | { readonly type: 'malformed-frame'; readonly text: string }
  /** A binary message that is not whole samples. */
  | { readonly type: 'odd-audio'; readonly byteLength: number }
  /** Audio of a response that this client has interrupted. */
  | { readonly type: 'interrupted-audio'; readonly byteLength: number };

/** Something the shell has to do. */
export type SessionEffect =
  | { readonly type: 'emit'; readonly frame: SessionFrame }
  | { readonly type: 'send'; readonly frame: ClientFrame }
  /** Forget audio that the application has not read yet. */
  | { readonly type: 'drop-audio' }
  | { readonly type: 'run-tool'; readonly call: SessionToolCallFrame }
  | { readonly type: 'pong'; readonly id: number }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** The gateway said it closes: see that it does. */
  | { readonly type: 'await-close' }
  | { readonly type: 'ignored'; readonly message: IgnoredMessage }
  /** Nothing follows. */
  | { readonly type: 'finish' };

/** Start of a new session. */
export interface CreateSessionStateOptions {
  /** Rate of the assistant's audio as agreed at mint, in Hz. */
  outputSampleRate: number;
  /** Names of the tools that are answered without the application. */
  automaticTools: Iterable<string>;
}

/** The state of a session whose WebSocket is being opened. */
export function createSessionState({ outputSampleRate, automaticTools }: CreateSessionStateOptions): SessionState {
  return {
    state: 'connecting',
    outputSampleRate,
    automaticTools: new Set(automaticTools),
    audioTurn: undefined,
    pendingInterrupts: 0,
    openToolCalls: new Map(),
  };
}
