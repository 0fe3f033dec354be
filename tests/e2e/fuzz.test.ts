// Whatever arrives, the gateway stays up, answers as documented, and other calls are not disturbed. What is wrong is
// collected with the seed and the number of the input that showed it.
import { createConnection } from 'node:net';
import { createSessionRequestSchema, HTTP_ERRORS, type HttpErrorCode } from '@speko/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bystander, UNDISTURBED } from './helpers/bystander.ts';
import { fuzzBody, fuzzText, fuzzUpgrade, isClientFrame } from './helpers/fuzz-inputs.ts';
import type { Frame } from './helpers/plain-client.ts';
import { Random } from './helpers/random.ts';
import { createGateway, type Answer, type ErrorAnswer, type TestGateway } from './helpers/start-gateway.ts';

const SEED = 20_260_131;
const MESSAGES = 600;
const UPGRADES = 300;
const BODIES = 400;
const SOCKETS = 60;

/** Below the number that ends a session, so that each answer can be told. */
const MESSAGES_IN_A_ROW = 19;

let gateway: TestGateway;
let bystander: Bystander;

beforeAll(async () => {
  gateway = await createGateway({
    maxSessions: 0,
    keyConcurrentSessions: 0,
    maxDurationSeconds: 86_400,
    idleTimeoutMs: 0,
    allowedOrigins: ['https://app.example.com'],
  });
  bystander = await Bystander.start(gateway);
});

afterAll(() => gateway.close());

test(`[CF2] [CF3] [CF9] ${MESSAGES} messages: each bad one is answered, each good one is not, the sessions go on`, async () => {
  const random = new Random(SEED);
  const problems: string[] = [];
  const ends: unknown[] = [];
  const counts = { sent: 0, bad: 0 };
  while (counts.sent < MESSAGES) {
    const call = await gateway.call();
    await call.frame('ready');
    for (let round = 0; round < 6; round++) {
      bystander.talk();
      const messages = Array.from({ length: MESSAGES_IN_A_ROW }, () =>
        random.below(4) === 0 ? random.bytes(random.below(2000)) : fuzzText(random),
      );
      for (const message of messages) call.socket.send(message);
      const before = call.all('error').length;
      await call.sync();
      const expected = messages.map(refusalOf).filter((code) => code !== undefined);
      const problem = judgeErrors(call.all('error').slice(before), expected);
      if (problem !== undefined)
        problems.push(`seed ${SEED}, after ${counts.sent}: ${problem} ${JSON.stringify(messages)}`);
      counts.sent += messages.length;
      counts.bad += expected.length;
      gateway.clock.skip(10_000);
    }
    for (let count = 0; count < 20; count++) call.send(`{${random.bytes(8).toString('latin1')}`);
    ends.push(await call.end());
  }
  expect(problems).toEqual([]);
  expect(ends).toEqual(ends.map(() => ({ code: 4400, reason: 'protocol_error' })));
  expect(counts.bad).toBeGreaterThan(MESSAGES / 4);
  expect(counts.bad).toBeLessThan(MESSAGES);
  expect(await bystander.look()).toEqual(UNDISTURBED);
});

test(`[HS3] [HS5] [ER1] ${UPGRADES} upgrade requests: none becomes a WebSocket, each is answered from the table`, async () => {
  const random = new Random(SEED + 1);
  const { wsUrl, wsToken } = await gateway.mint();
  const { pathname } = new URL(wsUrl);
  const problems: string[] = [];
  const codes = new Set<string>();
  for (let count = 0; count < UPGRADES; count++) {
    if (count % 10 === 0) bystander.talk();
    const { bytes, cut } = fuzzUpgrade(random, pathname);
    const { answers, rest } = readAnswers(await exchange(bytes));
    const found = answers.map((answer) => judgeRawAnswer(answer, bytes));
    if (rest !== '') found.push(`bytes after the answer: ${rest}`);
    if (!cut && answers.length === 0) found.push('no answer');
    const problem = found.find((text) => text !== undefined);
    if (problem !== undefined) {
      problems.push(`seed ${SEED + 1}, ${count}: ${problem} ${JSON.stringify(bytes.toString('latin1'))}`);
    }
    for (const { code } of answers) codes.add(code);
  }
  expect(problems).toEqual([]);
  expect([...codes]).toEqual(
    expect.arrayContaining(['NOT_FOUND', 'ORIGIN_FORBIDDEN', 'TOKEN_INVALID', 'UPGRADE_REQUIRED', 'VALIDATION_ERROR']),
  );
  // None of them used the token up.
  const call = await gateway.connect({ ...(await gateway.mint()), wsUrl, wsToken });
  await call.frame('ready');
  call.socket.terminate();
  expect(await bystander.look()).toEqual(UNDISTURBED);
});

test(`[RS3] [RS15] [ER1] ${BODIES} bodies: each is minted or refused as the schema says`, async () => {
  const random = new Random(SEED + 2);
  const problems: string[] = [];
  const counts = { minted: 0, refused: 0 };
  for (let count = 0; count < BODIES; count++) {
    if (count % 10 === 0) bystander.talk();
    const body = fuzzBody(random);
    const answer = await gateway.post('/v1/sessions', body);
    counts[answer.status === 201 ? 'minted' : 'refused'] += 1;
    const problem = judgeMint(answer, isValidBody(body));
    if (problem !== undefined)
      problems.push(`seed ${SEED + 2}, ${count}: ${problem} ${body} → ${answer.status} ${answer.text}`);
  }
  expect(problems).toEqual([]);
  expect(Math.min(counts.minted, counts.refused)).toBeGreaterThan(BODIES / 10);
  expect(await bystander.look()).toEqual(UNDISTURBED);
});

test(`[EN2] [EN7] ${SOCKETS} open sockets with noise on them: each session ends as documented`, async () => {
  const random = new Random(SEED + 3);
  const ends: string[] = [];
  for (let count = 0; count < SOCKETS; count++) {
    bystander.talk();
    const { sessionId, wsUrl, wsToken } = await gateway.mint({ provider: 'echo', model: 'echo' });
    const noise = random.bytes(1 + random.below(3000));
    // Half of the time what begins like a masked text or binary frame.
    if (random.below(2) === 0) noise.set([random.pick([0x81, 0x82, 0x01, 0x88, 0x89, 0xc1]), 0x80 | random.below(128)]);
    const upgrade =
      `GET ${new URL(wsUrl).pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${wsToken}\r\n\r\n`;
    await exchange(Buffer.concat([Buffer.from(upgrade), noise]));
    const { status, endReason } = await gateway.record(sessionId);
    ends.push(`${status} ${endReason}`);
  }
  expect(ends.filter((end) => !/^ended (?:client_closed|connection_lost|protocol_error)$/.test(end))).toEqual([]);
  expect(await bystander.look()).toEqual(UNDISTURBED);
});

/** The code with which a message of a client is to be refused, or `undefined` for one that is in order. */
function refusalOf(message: string | Buffer): 'BAD_FRAME' | 'BAD_AUDIO' | undefined {
  if (typeof message === 'string') return isClientFrame(message) ? undefined : 'BAD_FRAME';
  return message.byteLength % 2 === 0 ? undefined : 'BAD_AUDIO';
}

function judgeErrors(errors: readonly Frame[], expected: readonly string[]): string | undefined {
  const malformed = errors.filter(({ code }) => code === 'BAD_FRAME' || code === 'BAD_AUDIO');
  const codes = malformed.map(({ code }) => code).join();
  if (codes !== expected.join()) return `answered with ${codes} instead of ${expected.join()}`;
  if (errors.some(({ fatal }) => fatal === true)) return 'a fatal error';
  const vague = malformed.find(({ message }) => !/[Ss]end |must be /.test(String(message)));
  return vague === undefined ? undefined : `a message that does not say what to send: ${String(vague['message'])}`;
}

interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** Of the error, where the body is one. */
  readonly code: string;
}

function judgeRawAnswer({ status, head, body, code }: RawAnswer, request: Buffer): string | undefined {
  if (body === '' && request.toString('latin1').startsWith('HEAD')) return undefined;
  if (status < 400 || status >= 500) return `status ${status}`;
  if (HTTP_ERRORS[code as HttpErrorCode]?.status !== status) return `status ${status} with the code ${code}`;
  if (!/content-type: application\/json; charset=utf-8/i.test(head)) return `an error that is not JSON: ${head}`;
  return undefined;
}

function judgeMint({ status, body }: Answer<ErrorAnswer>, isValid: boolean): string | undefined {
  if (status === 201) return isValid ? undefined : 'an invalid body was minted';
  if (HTTP_ERRORS[body.code as HttpErrorCode]?.status !== status) return `status ${status} with the code ${body.code}`;
  if (body.code === 'PROVIDER_NOT_CONFIGURED')
    return isValid ? undefined : 'a provider was looked for in an invalid body';
  if (body.code !== 'VALIDATION_ERROR') return 'another refusal than the body deserves';
  const [issue] = body.issues ?? [];
  if (issue === undefined) return 'no issue is named';
  return isValid && issue.path !== 's2s.provider' ? 'a valid body was refused' : undefined;
}

/** Sends bytes, says that no more follow, and reads until the gateway hangs up. */
function exchange(bytes: Buffer): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve) => {
    let answer = '';
    const stream = createConnection({ host: hostname, port: Number(port) });
    stream.setEncoding('latin1').on('data', (text: string) => (answer += text));
    stream.on('error', () => undefined).on('close', () => resolve(answer));
    stream.end(bytes);
  });
}

/** Answers as they stand on the wire, one after the other. */
function readAnswers(text: string): { answers: RawAnswer[]; rest: string } {
  const answers: RawAnswer[] = [];
  let rest = text;
  while (rest.startsWith('HTTP/1.1 ')) {
    const headEnd = rest.indexOf('\r\n\r\n');
    const head = rest.slice(0, headEnd);
    // An answer to HEAD announces a body and has none.
    const isHeadOnly = rest.startsWith('HTTP/1.1 ', headEnd + 4) || rest.length === headEnd + 4;
    const length = isHeadOnly ? 0 : Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const body = Buffer.from(rest.slice(headEnd + 4, headEnd + 4 + length), 'latin1').toString('utf8');
    const code = /"code":"([A-Z_]+)"/.exec(body)?.[1] ?? '';
    answers.push({ status: Number(head.slice(9, 12)), head, body, code });
    rest = rest.slice(headEnd + 4 + length);
  }
  return { answers, rest };
}

function isValidBody(text: string): boolean {
  try {
    return createSessionRequestSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
