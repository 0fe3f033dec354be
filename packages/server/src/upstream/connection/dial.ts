import type { DialPlan } from '@speko/adapter';
import { type ClientOptions, WebSocket } from 'ws';
import { CLOSE_TIMEOUT_MS, type CloseTimeoutOption } from '../../framing/close-timeout.ts';

/** A vendor's WebSocket, connecting. @throws Error when the plan has an address or a header that cannot be sent */
export function dial(plan: DialPlan): WebSocket {
  // The library knows `allowSynchronousEvents` here as well, its type declarations do not yet.
  const options: ClientOptions & CloseTimeoutOption & { allowSynchronousEvents: boolean } = {
    headers: { ...plan.headers },
    handshakeTimeout: plan.handshakeTimeoutMs,
    maxPayload: plan.maxMessageBytes,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    // A redirect would replay the credentials to another host.
    followRedirects: false,
    // Codecs survive any bytes, and the check would read all audio once more.
    skipUTF8Validation: true,
    // A read may hold thousands of tiny messages: between two of them other sessions get their turn.
    allowSynchronousEvents: false,
  };
  return new WebSocket(plan.url, [...plan.protocols], options);
}
