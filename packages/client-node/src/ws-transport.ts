import {
  describeCause,
  SpekoConnectionError,
  type RealtimeTransport,
  type SpekoError,
  type TransportOptions,
} from '@speko/client-core';
import { WebSocket, type RawData } from 'ws';
import { askForRefusal, readRefusal } from './read-refusal.ts';
import { SilenceWatch } from './silence-watch.ts';

/** Largest message that is taken: more than the audio of the largest message that a gateway takes from any vendor. */
const MAX_MESSAGE_BYTES = 67_108_864;
/** Read limit of a text: enough to show that it is longer than any frame. */
const MAX_TEXT_BYTES = 4_194_304;

const TOO_LARGE = { code: 1009, reason: 'message_too_large' } as const;

/** What {@link createWsTransport} takes. */
export interface WsTransportOptions extends TransportOptions {
  /** How long nothing may come before the connection is cut, in milliseconds; 0 is for ever. */
  silenceTimeoutMs: number;
}

/** A transport on the `ws` package. */
export function createWsTransport(options: WsTransportOptions): RealtimeTransport {
  const { url, protocols, handlers, silenceTimeoutMs } = options;
  // Audio does not shrink; compressing it would only cost time.
  const socket = new WebSocket(url, [...protocols], { perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
  let error: SpekoError | undefined;
  let isTooLarge = false;

  const silence = new SilenceWatch({ timeoutMs: silenceTimeoutMs, onSilent: () => socket.terminate() });

  socket.on('open', () => {
    silence.start();
    handlers.onOpen();
  });
  socket.on('ping', () => silence.sawTraffic());
  socket.on('message', (data, isBinary) => {
    silence.sawTraffic();
    if (isBinary) handlers.onBinary(toOwnBytes(data));
    else handlers.onText(toBytes(data).toString('utf8', 0, MAX_TEXT_BYTES + 1));
  });
  // `error` always comes before `close`; the session hears of both at once.
  socket.on('error', (cause) => {
    isTooLarge ||= 'code' in cause && cause.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    error ??= new SpekoConnectionError({
      code: 'CONNECTION_FAILED',
      message: `Could not open ${url}: ${describeCause(cause) ?? 'no reason was given'}. Check that the gateway can be reached from here.`,
      cause,
    });
  });
  socket.on('unexpected-response', (_request, response) => {
    readRefusal(response, (refusal) => {
      error = refusal;
      socket.terminate();
    });
  });
  socket.on('close', (code, reason) => {
    silence.stop();
    const how = isTooLarge ? TOO_LARGE : { code, reason: reason.toString() };
    const report = (refusal = error): void =>
      handlers.onClose({ ...how, ...(refusal !== undefined && { error: refusal }) });
    // All that Bun before 1.4 says of a refusal.
    if (error?.message.includes('Expected 101 status code') === true) askForRefusal({ url, protocols }, report);
    else report();
  });

  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (message) => socket.send(message),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}

/**
 * With the default `binaryType`, `ws` hands over one buffer per message, at any offset of one that it reads more into: its
 * own until it is copied.
 */
function toOwnBytes(data: RawData): Uint8Array {
  return new Uint8Array(toBytes(data));
}

function toBytes(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
