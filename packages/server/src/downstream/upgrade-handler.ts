import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type EndReason, SUBPROTOCOL } from '@speko/protocol';
import type { Logger } from 'pino';
import { type ServerOptions, WebSocketServer } from 'ws';
import { hashToken } from '../auth/tokens.ts';
import type { Clock } from '../clock.ts';
import { CLOSE_TIMEOUT_MS, type CloseTimeoutOption } from '../framing/close-timeout.ts';
import { STORE_UNAVAILABLE_MESSAGE } from '../http-error.ts';
import { isUnavailable } from '../store/store-error.ts';
import type { SessionStore, TokenTake } from '../store/store.ts';
import { ClientSocket, type ClientSocketSettings, HARD_LIMIT_FACTOR } from './client-socket.ts';
import { ClientWebSocket } from './client-web-socket.ts';
import { ReadTurns } from './read-turns.ts';
import { refuseUpgrade, type UpgradeRefusal } from './refuse-upgrade.ts';
import { RefusedOrigins } from './refused-origins.ts';
import { readUpgradeRequest } from './upgrade-request.ts';

/** Sessions as the socket side sees them. */
export interface ConnectableSessions {
  readonly draining: boolean;
  has(sessionId: string): boolean;
  /** The present by the clock of a session that waits here, epoch milliseconds. */
  instantOf(sessionId: string): number | undefined;
  connect(sessionId: string, client: ClientSocket, speaksExtensions: boolean): void;
  end(sessionId: string, reason: EndReason): boolean;
}

export interface UpgradeHandlerOptions {
  readonly sessions: ConnectableSessions;
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the page that sends this request may connect; what no browser sends has no `Origin`. */
  readonly allowOrigin: (request: IncomingMessage) => boolean;
  readonly settings: ClientSocketSettings;
}

export interface UpgradeHandler {
  handle(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  close(): void;
}

const refusals: Record<Exclude<TokenTake, 'ok'>, UpgradeRefusal> = {
  unknown: {
    code: 'TOKEN_INVALID',
    message:
      'The session token is missing, wrong or of another session. Send the wsToken of POST /v1/sessions as the first WebSocket subprotocol.',
  },
  expired: {
    code: 'TOKEN_EXPIRED',
    message: 'The session token has expired. Create a new session with POST /v1/sessions and connect at once.',
  },
  used: {
    code: 'TOKEN_USED',
    message:
      'The session token was already used. A token opens one connection; create a new session with POST /v1/sessions.',
  },
};

const storeRefusal: UpgradeRefusal = { code: 'STORE_UNAVAILABLE', message: STORE_UNAVAILABLE_MESSAGE };
const faultRefusal: UpgradeRefusal = {
  code: 'INTERNAL',
  message: 'The gateway failed to open the session; try again.',
};

/** Turns upgrade requests into connected sessions, or into HTTP errors. */
export function createUpgradeHandler(options: UpgradeHandlerOptions): UpgradeHandler {
  const { sessions, store, clock, logger } = options;
  const serverOptions: ServerOptions<typeof ClientWebSocket> & CloseTimeoutOption = {
    noServer: true,
    WebSocket: ClientWebSocket,
    clientTracking: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    perMessageDeflate: false,
    // One message of a client per turn of the event loop: others have their turn between thousands that come at once.
    allowSynchronousEvents: false,
    maxPayload: options.settings.maxMessageBytes * HARD_LIMIT_FACTOR,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : ([...offered][0] ?? false)),
  };
  const server = new WebSocketServer(serverOptions);
  const turns = new ReadTurns(clock);

  const upgraded = new WeakSet<Duplex>();
  const refusedOrigins = new RefusedOrigins(logger);

  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const refuse = (refusal: UpgradeRefusal): void => refuseUpgrade(stream, refusal, clock);
    const asked = readUpgradeRequest(request);
    if (asked.type === 'refused') return refuse(asked);
    if (!options.allowOrigin(request)) {
      refusedOrigins.tell(String(request.headers.origin));
      return refuse({
        code: 'ORIGIN_FORBIDDEN',
        message: 'This origin may not connect. Add it to the allowed origins of the gateway.',
      });
    }
    if (sessions.draining) {
      return refuse({
        code: 'DRAINING',
        message: 'This gateway is shutting down. Create a new session with POST /v1/sessions.',
      });
    }
    // A wall clock that was set since the mint must not end the token early or late.
    const nowMs = sessions.instantOf(asked.sessionId) ?? clock.epochMs();
    const taken =
      asked.token === undefined ? 'unknown' : await store.takeToken(hashToken(asked.token), asked.sessionId, nowMs);
    if (taken !== 'ok') return refuse(refusals[taken]);
    if (!sessions.has(asked.sessionId)) {
      return refuse({
        code: 'SESSION_ENDED',
        message: 'This session has ended. Create a new one with POST /v1/sessions.',
      });
    }
    // The library would drop the connection silently, and its token is used up.
    if (!stream.readable || !stream.writable) {
      stream.destroy();
      sessions.end(asked.sessionId, 'connection_lost');
      return;
    }
    server.handleUpgrade(request, stream, head, (socket) => {
      upgraded.add(stream);
      sessions.connect(
        asked.sessionId,
        new ClientSocket(socket, stream, options.settings, clock, turns),
        asked.speaksExtensions,
      );
    });
  }

  return {
    handle(request, stream, head) {
      // A peer that resets the connection before it is a WebSocket must not take the process down.
      stream.on('error', () => {});
      upgrade(request, stream, head).catch((error: unknown) => {
        // The token is as it was, and the client may use it a moment later.
        const isPassing = isUnavailable(error) && !upgraded.has(stream);
        if (isPassing) return refuseUpgrade(stream, storeRefusal, clock);
        logger.error({ err: error }, 'an upgrade request failed');
        // After the upgrade an HTTP answer is impossible.
        if (upgraded.has(stream)) stream.destroy();
        else refuseUpgrade(stream, faultRefusal, clock);
      });
    },
    close: () => server.close(),
  };
}
