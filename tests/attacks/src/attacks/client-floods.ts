// What a client may send, over and over as fast as it is taken. One attack for each kind of message, in calls of several
// providers at once.
import type { Attack } from '../attack.ts';
import { megabytes, openReadyCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { type RawCall } from '../harness/raw-call.ts';
import { BINARY, clientFrame, jsonFrame, PING, repeated } from '../harness/websocket-frame.ts';

interface ClientFlood {
  readonly name: string;
  readonly of: string;
  readonly bytes: Buffer;
  /** Messages that go out in one write. */
  readonly together: number;
  /** @defaultValue echo and OpenAI */
  readonly providers?: readonly string[];
  readonly s2s?: Readonly<Record<string, unknown>>;
  /** Whether the protocol lets the gateway end the call for it. @defaultValue false */
  readonly mayEnd?: boolean;
  readonly check?: (call: RawCall) => string | undefined;
}

const EVERY_PROVIDER = ['echo', 'openai', 'google', 'xai'];
const TEXT_LIMIT = 65_536;
const text = (length: number): Buffer => jsonFrame({ t: 'text', text: 'a'.repeat(length) });
const audio = (bytes: number): Buffer => clientFrame(BINARY, Buffer.alloc(bytes, 1));
const result = (callId: string, length: number): Buffer =>
  jsonFrame({ t: 'tool_result', callId, output: 'x'.repeat(length) });

const FLOODS: readonly ClientFlood[] = [
  { name: 'tiny-audio', of: 'audio of two bytes', bytes: audio(2), together: 8000, providers: EVERY_PROVIDER },
  { name: 'empty-audio', of: 'empty binary messages', bytes: audio(0), together: 8000 },
  {
    name: 'audio',
    of: '20 ms of audio, faster than real time',
    bytes: audio(960),
    together: 60,
    providers: EVERY_PROVIDER,
  },
  {
    name: 'big-audio-resampled',
    of: '1 MiB of audio at 16 kHz, which the gateway resamples',
    bytes: audio(1 << 20),
    together: 1,
    s2s: { inputSampleRate: 16_000 },
  },
  {
    name: 'tiny-audio-resampled',
    of: 'audio of two bytes at 16 kHz, which the gateway resamples',
    bytes: audio(2),
    together: 8000,
    s2s: { inputSampleRate: 16_000 },
  },
  { name: 'odd-audio', of: 'audio of odd length', bytes: audio(961), together: 60, mayEnd: true },
  { name: 'short-text', of: 'texts of one letter', bytes: text(1), together: 2000, providers: EVERY_PROVIDER },
  {
    name: 'long-text',
    of: 'texts of 64 KiB, as long as they may be',
    bytes: text(TEXT_LIMIT),
    together: 1,
    providers: EVERY_PROVIDER,
  },
  {
    name: 'too-long-text',
    of: 'texts of 64 KiB and one letter',
    bytes: text(TEXT_LIMIT + 1),
    together: 1,
    check: (call) => {
      const refusal = call.find('error', { code: 'BAD_FRAME' });
      if (refusal === undefined) return 'a text of 65,537 letters was not refused as BAD_FRAME';
      return /65,?536|64 KiB/.test(String(refusal['message'])) ? undefined : 'the refusal does not name the limit';
    },
  },
  {
    name: 'huge-text',
    of: 'texts of 1 MB',
    bytes: text(1_000_000),
    together: 1,
    check: (call) =>
      call.countOf('error', 'BAD_FRAME') > 0 ? undefined : 'a text of 1,000,000 letters was not refused as BAD_FRAME',
  },
  { name: 'pings', of: 'pings', bytes: jsonFrame({ t: 'ping', id: 1 }), together: 3000 },
  {
    name: 'interrupts',
    of: 'interrupts',
    bytes: jsonFrame({ t: 'interrupt' }),
    together: 3000,
    providers: EVERY_PROVIDER,
  },
  {
    name: 'commits',
    of: 'commits',
    bytes: jsonFrame({ t: 'control', action: 'commit' }),
    together: 2000,
    providers: EVERY_PROVIDER,
  },
  {
    name: 'clears',
    of: 'clears',
    bytes: jsonFrame({ t: 'control', action: 'clear' }),
    together: 2000,
    providers: EVERY_PROVIDER,
  },
  {
    name: 'playback-reports',
    of: 'reports of playback of a turn that never was',
    bytes: jsonFrame({ t: 'playback', turn: 'a1', playedMs: 100 }),
    together: 2000,
  },
  { name: 'unknown-results', of: 'results of tool calls that never were', bytes: result('nobody', 1), together: 2000 },
  {
    name: 'big-unknown-results',
    of: 'results of 900 kB of tool calls that never were',
    bytes: result('nobody', 900_000),
    together: 1,
  },
  { name: 'useless-field', of: 'pings with a useless field of 1 MB', bytes: uselessField(), together: 1 },
  { name: 'malformed', of: 'text that is no JSON', bytes: clientFrame(1, '{"t":'), together: 2000, mayEnd: true },
  {
    name: 'websocket-pings',
    of: 'pings of the WebSocket layer',
    bytes: clientFrame(PING, 'x'),
    together: 6000,
    mayEnd: true,
  },
  {
    name: 'fragments',
    of: 'one message in fragments of one byte, without an end',
    bytes: clientFrame(0, 'x', false),
    together: 8000,
    mayEnd: true,
  },
  {
    name: 'everything',
    of: 'every kind of frame in turns',
    bytes: everyKind(),
    together: 300,
    providers: EVERY_PROVIDER,
  },
];

export const clientFloods: readonly Attack[] = FLOODS.map((flood) => ({
  name: `flood-of-${flood.name}`,
  who: 'one token',
  does: `sends ${flood.of} as fast as they are taken`,
  async run({ access, vendor, signal, floodMs, expect }) {
    const { s2s = {} } = flood;
    const providers = (flood.providers ?? ['echo', 'openai']).filter(
      (provider) => provider === 'echo' || vendor.providers.includes(provider),
    );
    const bytes = repeated(flood.bytes, flood.together);
    const deadline = performance.now() + floodMs;
    let sentBytes = 0;
    // Where the call is ended for it, the attacker comes back with the next token.
    const attack = async (provider: string): Promise<RawCall> => {
      for (;;) {
        const call = await openReadyCall(access, provider === 'echo' ? s2s : mannered(provider, 'quiet', s2s));
        // A fragmented message has to begin.
        if (flood.name === 'fragments') call.sendBytes(clientFrame(1, '{', false));
        await call.flood(bytes, deadline - performance.now(), signal);
        sentBytes += call.sentBytes;
        if (flood.mayEnd !== true || performance.now() > deadline || signal.aborted) return call;
        call.leave();
      }
    };
    const calls = await Promise.all(providers.map(attack));
    for (const [index, call] of calls.entries()) {
      const provider = providers[index] ?? '';
      expect(flood.mayEnd === true || !call.isClosed, `the call of ${provider} was ended: ${call.closeCode}`);
      const fault = flood.check?.(call);
      expect(fault === undefined, `${provider}: ${fault}`);
      call.leave();
    }
    return `${megabytes(sentBytes)} of ${flood.of}`;
  },
}));

function uselessField(): Buffer {
  return clientFrame(1, `{"t":"ping","id":1,"x":[${'{},'.repeat(330_000)}1]}`);
}

function everyKind(): Buffer {
  return Buffer.concat([
    audio(2),
    audio(960),
    text(10),
    jsonFrame({ t: 'ping', id: 7 }),
    jsonFrame({ t: 'interrupt', playedMs: 1e9 }),
    jsonFrame({ t: 'control', action: 'end_turn' }),
    jsonFrame({ t: 'playback', turn: 'a1', playedMs: 1e12 }),
    result('nobody', 200),
  ]);
}
