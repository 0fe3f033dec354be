import { describe, expect, test } from 'vitest';
import { createLogger } from './create-logger.ts';
import { createScrubber } from './create-scrubber.ts';

function capture(level?: 'debug') {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger({ destination, ...(level !== undefined && { level }) }) };
}

test('a line is one JSON object with level, time and message', () => {
  const { lines, logger } = capture();
  logger.info({ sessionId: 'ses_1' }, 'session created');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    sessionId: 'ses_1',
    msg: 'session created',
  });
});

test('debug lines are off by default', () => {
  const { lines, logger } = capture();
  logger.debug('detail');
  expect(lines).toEqual([]);
});

describe('[LM1] a secret does not reach a line', () => {
  test.each([
    ['by the name of its field', { token: 'hunter2', wsToken: 'hunter2', apiKey: 'hunter2', authorization: 'hunter2' }],
    ['one level down', { plan: { apiKey: 'hunter2', handle: 'hunter2' } }],
    ['as a header', { headers: { authorization: 'hunter2', 'sec-websocket-protocol': 'hunter2', cookie: 'hunter2' } }],
    ['as a header of a request', { req: { headers: { authorization: 'hunter2', 'api-key': 'hunter2' } } }],
  ])('%s', (_title, fields) => {
    const { lines, logger } = capture();
    logger.info(fields, 'message');
    expect(lines.join('')).toContain('[redacted]');
    expect(lines.join('')).not.toContain('hunter2');
  });

  test.each([
    'sk_speko_0123456789abcdefABCDEF0123456789',
    `wst_${'A-_9'.repeat(11)}`,
    'sk-proj-abcdefghijklmnopqrstuvwx',
    'xai-abcdefghijklmnopqrstuvwx',
    `AIza${'x'.repeat(35)}`,
    `page_${'0af9'.repeat(12)}`,
  ])('by its shape, in a message, a field or an error: %s', (secret) => {
    const { lines, logger } = capture();
    logger.info({ note: secret, deep: { deeper: { deepest: secret } } }, `with ${secret} in it`);
    logger.error({ err: new Error(`refused ${secret}`) }, 'failed');
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain(secret);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  test('in a bearer header or a URL, whatever its shape', () => {
    expect(createScrubber()('authorization: Bearer abc.def-123=')).toBe('authorization: Bearer [redacted]');
    expect(createScrubber()('"wss://x.example/v1?alt=a&key=abc123&model=m"')).toBe(
      '"wss://x.example/v1?alt=a&key=[redacted]&model=m"',
    );
  });
});

test('[LM1] a secret the operator names does not reach a line, whatever its shape', () => {
  const lines: string[] = [];
  const secret = 'pass"word\\1';
  const logger = createLogger({ destination: { write: (line) => void lines.push(line) }, secrets: [secret, 'short'] });
  logger.error({ err: new Error(`refused ${secret}`), note: secret }, `short: ${secret}`);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    err: { message: 'refused [redacted]' },
    note: '[redacted]',
    msg: 'short: [redacted]',
  });
});

test('what is no secret stays', () => {
  const text = 'session ses_01kg9wxn00 of key_0123456789abcdef ended: server_shutdown, task-list, bearer of news';
  expect(createScrubber()(text)).toBe(
    'session ses_01kg9wxn00 of key_0123456789abcdef ended: server_shutdown, task-list, bearer [redacted] news',
  );
});
