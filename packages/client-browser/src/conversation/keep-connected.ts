import type { SessionCloseFrame, SessionFrame, SessionInfo } from '@speko/client-core';

import { createBrowserTransport } from '../browser-transport.ts';
import { ConversationError } from '../errors/conversation-error.ts';
import type { ConversationOptions, GetSessionContext } from './conversation-options.ts';
import type { ConversationEnd, ConversationSnapshot } from './conversation-snapshot.ts';
import { openLink, type Link } from './open-link.ts';
import { mayReconnect, reconnectDelayMs } from './reconnect-policy.ts';
import { untilAborted } from './until-aborted.ts';

/** What a {@link Connections} is made from. */
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
  let attempt = 0;
  let giveUpTimer: ReturnType<typeof setTimeout> | undefined;
  let lastFailure: unknown;
  /** Ends the wait before the next attempt. */
  let wake = (): void => {};

  async function mint(reason: GetSessionContext['reason']): Promise<SessionInfo> {
    const { getSession, session } = options;
    const { sessionId, transcript } = getSnapshot();
    // createConversation() saw to it that there is one of the two.
    if (getSession === undefined) return session as SessionInfo;
    try {
      return await untilAborted(
        signal,
        (async () => getSession({ reason, previousSessionId: sessionId, transcript, signal }))(),
      );
    } catch (cause) {
      signal.throwIfAborted();
      throw new ConversationError({ code: 'session_refused', cause });
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
        on.onOpen(mine);
      },
      onFrame: (frame) => {
        const isCurrent = mine === link && !signal.aborted;
        if (isCurrent && frame.type === 'ready') settle();
        on.onFrame(frame, isCurrent);
        if (isCurrent && frame.type === 'close') onClose(frame, mine.announcedEnd);
      },
      onSend: on.onSend,
      onResume: () => {
        settle();
        on.onResume();
      },
    });
    return mine.opened;
  }

  /** The connection works: the next loss is a new one. */
  function settle(): void {
    attempt = 0;
    clearTimeout(giveUpTimer);
    giveUpTimer = undefined;
  }

  function onClose({ code, reason }: SessionCloseFrame, announced: boolean): void {
    link = undefined;
    if (!mayReconnect({ code, reason, announced })) return on.onEnd({ code, reason });
    if (options.getSession === undefined || options.reconnectForMs === 0) return giveUp();
    lose('lost');
    void reconnect();
  }

  function lose(type: 'offline' | 'lost'): void {
    on.onLost(type);
    giveUpTimer ??= setTimeout(
      () => {
        giveUpTimer = undefined;
        if (getSnapshot().status === 'reconnecting') giveUp();
      },
      // The platform's timers take no longer delay: past it they would fire at once.
      Math.min(options.reconnectForMs ?? 30_000, 2 ** 31 - 1),
    );
  }

  function giveUp(): void {
    on.onEnd(
      { code: 1006, reason: 'connection_lost' },
      new ConversationError({ code: 'connection_lost', cause: lastFailure }),
    );
  }

  async function reconnect(): Promise<void> {
    while (link === undefined && !signal.aborted) {
      await waitForAttempt();
      try {
        await dial(await mint('reconnect'));
      } catch (error) {
        lastFailure = error;
      }
    }
  }

  function waitForAttempt(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => wake(), reconnectDelayMs(attempt, Math.random()));
      attempt += 1;
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  signal.addEventListener('abort', () => {
    settle();
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
        // Pages do not learn why a token was refused. It may have expired while the user was asked for the microphone.
        if (signal.aborted || options.getSession === undefined) throw error;
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
