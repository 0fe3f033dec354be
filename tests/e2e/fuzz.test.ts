// Whatever arrives, the gateway stays up, answers as documented, and other calls are not disturbed.
import { createConnection } from 'node:net';
import { createSessionRequestSchema, HTTP_ERRORS, type HttpErrorCode } from '@speko/protocol';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { fuzzBody, fuzzText, fuzzUpgrade, isClientFrame } from './helpers/fuzz-inputs.ts';
import type { VendorConnection } from './helpers/mirror-vendor.ts';
import type { PlainCall } from './helpers/plain-client.ts';
import { Random } from './helpers/random.ts';
import { createGateway, type ErrorAnswer, type TestGateway } from './helpers/start-gateway.ts';

const SEED = 20_260_131;
const MESSAGES = 600;
const UPGRADES = 300;
const BODIES = 400;
const SOCKETS = 60;

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
  bystander = await Bystander.start();
});

afterEach(async () => {
  await bystander.verify();
  expect(await gateway.get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
});

afterAll(() => gateway.close());

/** A call that goes on in the middle of it all, with audio both ways at every step. */
class Bystander {
  readonly #call: PlainCall;
  readonly #provider: VendorConnection;
  readonly #random = new Random(1);
  readonly #up: Buffer[] = [];
  readonly #down: Buffer[] = [];

  private constructor(call: PlainCall, provider: VendorConnection) {
    this.#call = call;
    this.#provider = provider;
  }

  static async start(): Promise<Bystander> {
    const call = await gateway.call();
    const provider = await gateway.vendor.connection(0);
    await call.frame('ready');
    provider.send({ type: 'response-start', responseId: 'r1' });
    return new Bystander(call, provider);
  }

  talk(): void {
    const [up, down] = [this.#random.bytes(960), this.#random.bytes(960)];
    this.#up.push(up);
    this.#down.push(down);
    this.#call.sendAudio(up);
    this.#provider.say(down);
  }

  async verify(): Promise<void> {
    const [up, down] = [Buffer.concat(this.#up), Buffer.concat(this.#down)];
    expect(up.byteLength).toBeGreaterThan(0);
    await this.#provider.until(() => this.#provider.audioBytes >= up.byteLength, 'the audio of the bystander');
    await this.#call.until(() => this.#call.audioBytes >= down.byteLength, 'the audio to the bystander');
    expect(this.#provider.audio.equals(up)).toBe(true);
    expect(this.#call.audio.equals(down)).toBe(true);
    expect(this.#call.trace).toEqual(['ready', 'speech assistant started a1', 'audio']);
  }
}

test(`[CF2] [CF3] [CF9] ${MESSAGES} messages: each bad one is answered, each good one is not, the sessions go on`, async () => {
  const random = new Random(SEED);
  let bad = 0;
  for (let sent = 0; sent < MESSAGES;) {
    const call = await gateway.call();
    await call.frame('ready');
    for (let round = 0; round < 6; round++) {
      bystander.talk();
      const expected: string[] = [];
      const messages: string[] = [];
      // Below the number that ends a session, so that every answer can be told.
      for (let count = 0; count < 19; count++) {
        sent += 1;
        if (random.below(4) === 0) {
          const pcm = random.bytes(random.below(2000));
          call.sendAudio(pcm);
          messages.push(`${pcm.byteLength} bytes`);
          if (pcm.byteLength % 2 === 1) expected.push('BAD_AUDIO');
        } else {
          const text = fuzzText(random);
          call.send(text);
          messages.push(text);
          if (!isClientFrame(text)) expected.push('BAD_FRAME');
        }
      }
      const before = call.all('error').length;
      await call.sync();
      const errors = call.all('error').slice(before);
      const malformed = errors.filter(({ code }) => code === 'BAD_FRAME' || code === 'BAD_AUDIO');
      expect(
        malformed.map(({ code }) => code),
        `seed ${SEED}: ${JSON.stringify(messages)}`,
      ).toEqual(expected);
      expect(errors.filter(({ fatal }) => fatal === true)).toEqual([]);
      for (const { message } of malformed) expect(message).toMatch(/[Ss]end |must be /);
      bad += expected.length;
      gateway.clock.skip(10_000);
    }
    for (let count = 0; count < 20; count++) call.send(`{${random.bytes(8).toString('latin1')}`);
    expect(await call.end()).toEqual({ code: 4400, reason: 'protocol_error' });
  }
  expect(bad).toBeGreaterThan(MESSAGES / 4);
  expect(bad).toBeLessThan(MESSAGES);
});

test(`[HS3] [HS5] [ER1] ${UPGRADES} upgrade requests: none becomes a WebSocket, each is answered from the table`, async () => {
  const random = new Random(SEED + 1);
  const { wsUrl, wsToken } = await gateway.mint();
  const { pathname } = new URL(wsUrl);
  const seen = new Map<string, number>();
  for (let count = 0; count < UPGRADES; count++) {
    if (count % 10 === 0) bystander.talk();
    const { bytes, cut } = fuzzUpgrade(random, pathname);
    const where = `seed ${SEED + 1}, request ${count}: ${JSON.stringify(bytes.toString('latin1'))}`;
    const answers = readAnswers(await exchange(bytes));
    if (!cut) expect(answers.length, where).toBeGreaterThan(0);
    for (const { status, head, body } of answers) {
      if (body === '' && bytes.toString().startsWith('HEAD')) continue;
      const parsed = JSON.parse(body) as ErrorAnswer;
      seen.set(parsed.code, (seen.get(parsed.code) ?? 0) + 1);
      expect(HTTP_ERRORS[parsed.code as HttpErrorCode]?.status, where).toBe(status);
      expect(status, where).toBeGreaterThanOrEqual(400);
      expect(status, where).toBeLessThan(500);
      expect(parsed.error.length, where).toBeGreaterThan(20);
      expect(head.toLowerCase(), where).toContain('content-type: application/json; charset=utf-8');
    }
  }
  expect([...seen.keys()].toSorted()).toEqual(
    expect.arrayContaining(['NOT_FOUND', 'ORIGIN_FORBIDDEN', 'TOKEN_INVALID', 'UPGRADE_REQUIRED', 'VALIDATION_ERROR']),
  );
  // None of them used the token up.
  const call = await gateway.connect({ ...(await gateway.mint()), wsUrl, wsToken });
  await call.frame('ready');
  call.socket.terminate();
});

test(`[RS3] [RS15] [ER1] ${BODIES} bodies: each is minted or refused as the schema says`, async () => {
  const random = new Random(SEED + 2);
  const counts = { minted: 0, refused: 0 };
  for (let count = 0; count < BODIES; count++) {
    if (count % 10 === 0) bystander.talk();
    const body = fuzzBody(random);
    const answer = await gateway.post<ErrorAnswer & { sessionId?: string }>('/v1/sessions', body);
    const where = `seed ${SEED + 2}, body ${count}: ${body} → ${answer.status} ${answer.text}`;
    if (answer.status === 201) {
      expect(isValidBody(body), where).toBe(true);
      counts.minted += 1;
      continue;
    }
    counts.refused += 1;
    expect(HTTP_ERRORS[answer.body.code as HttpErrorCode]?.status, where).toBe(answer.status);
    expect(['VALIDATION_ERROR', 'PROVIDER_NOT_CONFIGURED'], where).toContain(answer.body.code);
    if (answer.body.code === 'VALIDATION_ERROR') {
      expect(answer.body.issues?.length, where).toBeGreaterThan(0);
      if (isValidBody(body)) expect(answer.body.issues?.[0]?.path, where).toBe('s2s.provider');
    }
  }
  expect(Math.min(counts.minted, counts.refused)).toBeGreaterThan(BODIES / 10);
});

test(`[EN2] [EN7] ${SOCKETS} open sockets with noise on them: each session ends as documented`, async () => {
  const random = new Random(SEED + 3);
  for (let count = 0; count < SOCKETS; count++) {
    bystander.talk();
    const { sessionId, wsUrl, wsToken } = await gateway.mint({ provider: 'echo', model: 'echo' });
    const noise = random.bytes(1 + random.below(3000));
    // Half of the time what begins like a masked text or binary frame.
    if (random.below(2) === 0) noise.set([random.pick([0x81, 0x82, 0x01, 0x88, 0x89, 0xc1]), 0x80 | random.below(128)]);
    await exchange(
      Buffer.concat([
        Buffer.from(
          `GET ${new URL(wsUrl).pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
            `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${wsToken}\r\n\r\n`,
        ),
        noise,
      ]),
    );
    const { status, endReason } = await gateway.record(sessionId);
    expect(
      [status, endReason === 'client_closed' || endReason === 'protocol_error'],
      `seed ${SEED + 3}, socket ${count}: ${endReason}`,
    ).toEqual(['ended', true]);
  }
});

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

function readAnswers(text: string): { status: number; head: string; body: string }[] {
  const answers: { status: number; head: string; body: string }[] = [];
  let rest = text;
  while (rest.startsWith('HTTP/1.1 ')) {
    const headEnd = rest.indexOf('\r\n\r\n');
    const head = rest.slice(0, headEnd);
    // An answer to HEAD announces a body and has none.
    const isHeadOnly = rest.startsWith('HTTP/1.1 ', headEnd + 4) || rest.length === headEnd + 4;
    const length = isHeadOnly ? 0 : Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const body = rest.slice(headEnd + 4, headEnd + 4 + length);
    answers.push({ status: Number(head.slice(9, 12)), head, body: Buffer.from(body, 'latin1').toString('utf8') });
    rest = rest.slice(headEnd + 4 + length);
  }
  expect(rest).toBe('');
  return answers;
}

function isValidBody(text: string): boolean {
  try {
    return createSessionRequestSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
