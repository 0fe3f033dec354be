import { SpekoError, type SessionCloseFrame, type SessionFrame, type SessionInfo } from '@speko/client-core';
import { createBrowserTransport } from '../browser-transport.ts';
import { ConversationError } from '../errors/conversation-error.ts';
import type { ConversationOptions, GetSessionContext } from './conversation-options.ts';
import type { ConversationEnd, ConversationSnapshot } from './conversation-snapshot.ts';
import { openLink, type Link } from './open-link.ts';
import { createRecovery, mayReconnect } from './reconnect-policy.ts';
import { untilAborted } from './until-aborted.ts';

/** Timers take no more, and end at once. */
const MAX_DELAY_MS = 2_147_483_647;

/** Options of {@link Connections}. */
export interface ConnectionsOptions {
  readonly options: ConversationOptions;
  readonly getSnapshot: () => ConversationSnapshot;
  /** Ends all of it. */
  readonly signal: AbortSignal;
  readonly onOpen: (link: Link) => void;
  /** @param isCurrent - False for frames of a connection that has been given up. */
  readonly onFrame: (frame: SessionFrame, isCurrent: boolean) => void;
  readonly onSend: (message: string | Uint8Array) => void;
  /** `offline`: the network is gone, and the connection perhaps not; `lost`: a new one is on its way. */
  readonly onLost: (type: 'offline' | 'lost') => void;
  /** Back after `offline`. */
  readonly onResume: () => void;
  readonly onEnd: (end: ConversationEnd, error?: ConversationError) => void;
}

/** One connection after another, never two. */
export interface Connections {
  /** The connection, while there is one. */
  readonly link: Link | undefined;
  /** Asks for a session. */
  mint(reason: GetSessionContext['reason']): Promise<SessionInfo>;
  /** Opens the first connection. */
  open(info: SessionInfo): Promise<void>;
  /** The network is gone. */
  goOffline(): void;
  /** There is reason to believe that it is back. */
  comeBack(): void;
}

/** Keeps a conversation connected, as far as it can. */
export function keepConnected({ options, getSnapshot, signal, ...on }: ConnectionsOptions): Connections {
  let link: Link | undefined;
  const recovery = createRecovery();
  let giveUpTimer: ReturnType<typeof setTimeout> | undefined;
  let lastFailure: unknown;
  /** Ends the wait before the next attempt. */
  let wake = nothing;

  async function mint(reason: GetSessionContext['reason']): Promise<SessionInfo> {
    const { getSession, session } = options;
    const { sessionId, transcript } = getSnapshot();
    // The pending request is no longer wanted.
    signal.throwIfAborted();
    // createConversation() saw to it that there is one of the two.
    if (getSession === undefined) return session as SessionInfo;
    try {
      return await untilAborted(
        signal,
        (async () => getSession({ reason, previousSessionId: sessionId, transcript, signal }))(),
      );
    } catch (cause) {
      signal.throwIfAborted();
      throw new ConversationError({ code: 'SESSION_REFUSED', cause });
    }
  }

  function dial(info: SessionInfo): Promise<void> {
    const mine = openLink({
      info,
      signal,
      tools: options.tools,
      createTransport: options.createTransport ?? createBrowserTransport,
      onOpen: () => {
        link = mine;
        back();
        on.onOpen(mine);
      },
      onFrame: (frame) => {
        const isCurrent = mine === link && !signal.aborted;
        if (isCurrent && frame.type === 'ready') recovery.ready();
        on.onFrame(frame, isCurrent);
        if (isCurrent && frame.type === 'close') onClose(frame, mine.hasAnnouncedEnd);
      },
      onSend: on.onSend,
      onResume: () => {
        back();
        recovery.ready();
        on.onResume();
      },
    });
    return mine.opened;
  }

  function back(): void {
    recovery.back();
    clearTimeout(giveUpTimer);
  }

  function onClose({ code, reason }: SessionCloseFrame, announced: boolean): void {
    link = undefined;
    if (!mayReconnect({ code, reason, announced })) return on.onEnd({ code, reason });
    if (options.getSession === undefined || options.reconnectForMs === 0) return giveUp();
    lose('lost', announced);
    planAttempt();
  }

  function lose(type: 'offline' | 'lost', announced = false): void {
    recovery.lost(announced);
    on.onLost(type);
    clearTimeout(giveUpTimer);
    giveUpTimer = setTimeout(giveUp, Math.min((options.reconnectForMs ?? 30_000) - recovery.spentMs, MAX_DELAY_MS));
  }

  function giveUp(): void {
    on.onEnd(
      { code: 1006, reason: 'connection_lost' },
      new ConversationError({ code: 'CONNECTION_LOST', cause: lastFailure }),
    );
  }

  function planAttempt(): void {
    const delayMs = recovery.nextDelayMs(Math.random());
    if (delayMs === undefined) return giveUp();
    const timer = setTimeout(() => wake(), delayMs);
    wake = () => {
      clearTimeout(timer);
      wake = nothing;
      void attempt();
    };
  }

  async function attempt(): Promise<void> {
    try {
      const opened = dial(await mint('reconnect'));
      // Here, since an answer that is no session throws in `dial`, and costs nothing.
      recovery.given();
      await opened;
    } catch (error) {
      lastFailure = error;
      if (!signal.aborted) planAttempt();
    }
  }

  signal.addEventListener('abort', () => {
    clearTimeout(giveUpTimer);
    wake();
  });

  return {
    get link() {
      return link;
    },
    mint,
    async open(info) {
      try {
        await dial(info);
      } catch (error) {
        // What is no session was not dialled: asking again would only repeat the refusal.
        const isDialled = !SpekoError.isInstance(error) || error.code !== 'INVALID_ARGUMENT';
        if (signal.aborted || options.getSession === undefined || !isDialled) throw error;
        // Pages do not learn why a token was refused. It may have expired while the user was asked for the microphone.
        await dial(await mint('start'));
      }
    },
    goOffline() {
      if (link === undefined) return;
      link.pause();
      lose('offline');
    },
    comeBack() {
      wake();
      link?.check();
    },
  };
}

function nothing(): void {}
