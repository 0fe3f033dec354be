import type { Random } from './random.ts';

/** What a client may send, well-formed, to begin from. */
const CLIENT_FRAMES: readonly [object, ...object[]] = [
  { t: 'control', action: 'commit' },
  { t: 'control', action: 'clear' },
  { t: 'interrupt' },
  { t: 'interrupt', playedMs: 1200 },
  { t: 'tool_result', callId: 'call_1', output: '{"a":1}' },
  { t: 'playback', turn: 'a1', playedMs: 20 },
  { t: 'text', text: 'Hello' },
  { t: 'ping', id: 7 },
];

const ODD_VALUES: readonly [unknown, ...unknown[]] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  '',
  'x',
  '\u0000\uD800',
  '🎤'.repeat(300),
  [],
  [[[]]],
  {},
  { t: 'ping' },
  JSON.parse('{"__proto__":{"t":"ping"},"constructor":1}'),
];

const FIELDS = ['t', 'action', 'playedMs', 'callId', 'output', 'turn', 'text', 'id', '__proto__', 'toString'] as const;

/** A text message of a client that may or may not be well-formed. */
export function fuzzText(random: Random): string {
  const frame = structuredClone(random.pick(CLIENT_FRAMES)) as Record<string, unknown>;
  switch (random.below(8)) {
    case 0:
      return JSON.stringify(frame);
    case 1:
      return JSON.stringify({ ...frame, [random.pick(FIELDS)]: random.pick(ODD_VALUES) });
    case 2:
      delete frame[random.pick(FIELDS)];
      return JSON.stringify(frame);
    case 3:
      return mangle(JSON.stringify(frame), random);
    case 4:
      return JSON.stringify(random.pick(ODD_VALUES));
    case 5:
      return '['.repeat(random.below(2000)) + random.bytes(random.below(40)).toString('latin1');
    case 6:
      return JSON.stringify([frame, frame]);
    default:
      return JSON.stringify({
        ...frame,
        t: random.pick(['Ping', 'controls', '', ' ping', 'constructor', 'hasOwnProperty']),
      });
  }
}

/**
 * Whether a text message is a frame of PROTOCOL.md section 3, by a reading of that table which shares nothing with the
 * gateway's.
 */
export function isClientFrame(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const field = (name: string): unknown =>
    Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  const isText = (name: string): boolean => typeof field(name) === 'string' && field(name) !== '';
  const isMs = (name: string): boolean => Number.isFinite(field(name)) && Number(field(name)) >= 0;
  switch (field('t')) {
    case 'control':
      return ['commit', 'end_turn', 'clear'].includes(String(field('action'))) && isText('action');
    case 'interrupt':
      return field('playedMs') === undefined || isMs('playedMs');
    case 'tool_result':
      return isText('callId') && typeof field('output') === 'string';
    case 'playback':
      return isText('turn') && isMs('playedMs');
    case 'text':
      return isText('text');
    case 'ping':
      return Number.isFinite(field('id'));
    default:
      return false;
  }
}

/** A body of `POST /v1/sessions` that may or may not be valid. */
export function fuzzBody(random: Random): string {
  const s2s: Record<string, unknown> = { provider: 'echo', model: 'echo', temperature: 1, tools: [] };
  const body: Record<string, unknown> = { mode: 's2s', s2s, metadata: { a: [1] }, ttlSeconds: 60, firstMessage: 'Hi' };
  const target = random.below(2) === 0 ? body : s2s;
  switch (random.below(7)) {
    case 0:
      break;
    case 1: {
      const keys = Object.keys(target) as [string, ...string[]];
      target[random.pick(keys)] = random.pick(ODD_VALUES);
      break;
    }
    case 2: {
      const keys = Object.keys(target) as [string, ...string[]];
      delete target[random.pick(keys)];
      break;
    }
    case 3:
      target[random.pick(['voicee', 'Mode', '__proto__', 'constructor', 'inputSampleRate', 'turnDetection', 'voice'])] =
        random.pick(ODD_VALUES);
      break;
    case 4:
      return mangle(JSON.stringify(body), random);
    case 5:
      return random.bytes(random.below(300)).toString('latin1');
    default:
      s2s['provider'] = random.pick(['mirror2', 'unset', 'ECHO', '../echo', 'echo ', 'x'.repeat(100)]);
  }
  return JSON.stringify(body);
}

export interface FuzzedUpgrade {
  readonly bytes: Buffer;
  /** Cut off in the middle, or with a body that breaks off: the peer may be answered with nothing. */
  readonly cut: boolean;
}

/** An upgrade request as raw bytes. The token is never the session's. */
export function fuzzUpgrade(random: Random, path: string): FuzzedUpgrade {
  // Mostly right, or nothing would get past the first check.
  const line = mostly(random, `GET ${path} HTTP/1.1`, [
    `GET ${path}?a=b&token=x HTTP/1.1`,
    `POST ${path} HTTP/1.1`,
    `HEAD ${path} HTTP/1.1`,
    `DELETE ${path} HTTP/1.1`,
    `GET /v1/realtime/../sessions HTTP/1.1`,
    `GET /v1/realtime/%2e%2e/ws HTTP/1.1`,
    `GET ${path}/ HTTP/1.1`,
    `GET http://elsewhere.example${path} HTTP/1.1`,
    `GET ${path} HTTP/1.0`,
    `GET ${path} HTTP/9.9`,
    `FETCH ${path} HTTP/1.1`,
    `GET /${random.bytes(8).toString('hex')} HTTP/1.1`,
    `GET ${path}`,
  ]);
  const headers = [
    'Host: gateway.example',
    mostly(random, 'Connection: Upgrade', ['Connection: keep-alive, Upgrade', 'Connection: close', 'Connection:']),
    mostly(random, 'Upgrade: websocket', ['Upgrade: WebSocket', 'Upgrade: h2c', 'Upgrade: websocket, h2c', 'Upgrade:']),
    mostly(random, 'Sec-WebSocket-Version: 13', ['Sec-WebSocket-Version: 8', 'Sec-WebSocket-Version: 13, 8']),
    mostly(random, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', [
      'Sec-WebSocket-Key: short',
      `Sec-WebSocket-Key: ${'A'.repeat(2000)}==`,
    ]),
    random.pick([
      'Sec-WebSocket-Protocol: nobodys-token',
      'Sec-WebSocket-Protocol: speko.realtime.v1',
      'Sec-WebSocket-Protocol: a,,b',
      'Sec-WebSocket-Protocol: a, a',
      'Sec-WebSocket-Protocol: ö,=',
      'Sec-WebSocket-Protocol: ',
      'X-Nothing: at all',
    ]),
    random.pick([
      'Sec-WebSocket-Extensions: permessage-deflate',
      'Sec-WebSocket-Extensions: ;;;=',
      'Accept: */*',
      'Content-Length: 3',
    ]),
    random.pick(['Origin: https://evil.example', 'Cookie: a=b', 'User-Agent: fuzz', 'Transfer-Encoding: chunked']),
  ].filter(() => random.below(20) > 0);
  const text = `${line}\r\n${headers.join('\r\n')}\r\n\r\n${random.below(4) === 0 ? random.bytes(20).toString('latin1') : ''}`;
  const bytes = Buffer.from(text, 'latin1');
  if (random.below(10) === 0) return { bytes: random.bytes(1 + random.below(400)), cut: true };
  if (random.below(10) === 0) return { bytes: bytes.subarray(0, random.below(bytes.byteLength)), cut: true };
  return { bytes, cut: /Transfer-Encoding|Content-Length/.test(text) };
}

function mostly<Item>(random: Random, usual: Item, others: readonly [Item, ...Item[]]): Item {
  return random.below(3) > 0 ? usual : random.pick(others);
}

/** Changes, drops, repeats or inserts a few characters. */
function mangle(text: string, random: Random): string {
  let mangled = text;
  for (let change = 1 + random.below(3); change > 0; change--) {
    const at = random.below(mangled.length + 1);
    const insert = random.pick(['', '"', '}', '\\', ',', '\u0000', '\u2028', 'x', mangled.slice(at, at + 9)]);
    mangled = mangled.slice(0, at) + insert + mangled.slice(at + random.below(3));
  }
  return mangled;
}
