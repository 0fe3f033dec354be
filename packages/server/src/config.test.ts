import { describe, expect, test } from 'vitest';
import { resolveSettings, SERVER_DEFAULTS } from './config.ts';

test('the defaults are these', () => {
  expect(resolveSettings()).toEqual({
    trustProxy: false,
    allowedOrigins: [],
    allowLoopbackOrigins: false,
    maxSessions: 1000,
    keySessionsPerMinute: 300,
    keyConcurrentSessions: 100,
    maxStreams: 1000,
    keyStreams: 100,
    tokenTtlMs: 60_000,
    maxDurationSeconds: 1800,
    idleTimeoutMs: 300_000,
    drainDeadlineMs: 25_000,
    storeWaitMs: 30_000,
    metrics: false,
    predial: true,
    predialHoldMs: 10_000,
    readyBufferMs: 10_000,
    upstreamBufferBytes: 1_048_576,
    playbackGraceMs: 250,
    maxMessageBytes: 1_048_576,
    audioSpeed: 4,
    audioBurstMs: 30_000,
    messagesPerSecond: 500,
    messageBurst: 15_000,
    framesPerSecond: 50,
    frameBurst: 200,
    frameBytesPerSecond: 262_144,
    frameBurstBytes: 2_097_152,
    pingIntervalMs: 20_000,
    highWaterBytes: 1_048_576,
    maxBufferedBytes: 8_388_608,
    congestionTimeoutMs: 10_000,
  });
});

test('a given value replaces its default, an undefined one does not', () => {
  const settings = resolveSettings({
    maxSessions: 0,
    tokenTtlMs: undefined,
    publicUrl: 'https://voice.example.com/eu',
  });
  expect(settings).toEqual({ ...SERVER_DEFAULTS, maxSessions: 0, publicUrl: 'https://voice.example.com/eu' });
});

test.each(Object.keys(SERVER_DEFAULTS).filter((name) => /(?:Ms|Seconds)$/.test(name)))(
  '[EN10] %s cannot be longer than a timer of the platform',
  (name) => {
    const tooLong = name.endsWith('Ms') ? 2 ** 31 : Math.ceil(2 ** 31 / 1000);
    expect(() => resolveSettings({ [name]: tooLong })).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }));
  },
);

describe('a value that cannot be used names its setting and what it takes', () => {
  test.each([
    [{ maxSessions: -1 }, 'maxSessions must be a whole number from 0 to 1000000, not -1.'],
    [{ tokenTtlMs: 1.5 }, 'tokenTtlMs must be a whole number from 1000 to 86400000, not 1.5.'],
    [{ maxDurationSeconds: Number.NaN }, 'maxDurationSeconds must be a whole number from 1 to 86400, not null.'],
    [{ transcriptDays: 0 }, 'transcriptDays must be a whole number from 1 to 36500, not 0.'],
    [{ recordDays: 36_501 }, 'recordDays must be a whole number from 1 to 36500, not 36501.'],
    [{ transcriptDays: 30, recordDays: 29 }, 'recordDays must be at least transcriptDays, which is 30.'],
    [
      { highWaterBytes: 65_536, maxBufferedBytes: 65_535 },
      'maxBufferedBytes must be at least highWaterBytes, which is 65536.',
    ],
    [
      { publicUrl: 'voice.example.com' },
      'publicUrl must be an http:// or https:// URL without query, such as https://voice.example.com.',
    ],
    [
      { allowedOrigins: ['https://app.example.com/talk'] },
      'allowedOrigins must hold origins such as https://app.example.com (no path) or *, not "https://app.example.com/talk".',
    ],
    [
      { allowedOrigins: ['null'] },
      'allowedOrigins cannot hold null, which is the origin of every file and sandboxed page; allow all by *, or serve the page from a host.',
    ],
    [{ maxSesions: 1 }, 'maxSesions is not a setting; correct its spelling or remove it.'],
  ])('%j', (options: object, message) => {
    expect(() => resolveSettings(options)).toThrow(expect.objectContaining({ code: 'BAD_SETTING', message }));
  });
});

test('origins of apps and extensions, and the star, are accepted', () => {
  const allowedOrigins = ['*', 'https://app.example.com:8443', 'chrome-extension://abcdef', 'capacitor://localhost'];
  expect(resolveSettings({ allowedOrigins }).allowedOrigins).toEqual(allowedOrigins);
});

test('[HS5] origins are kept in one spelling', () => {
  const allowedOrigins = ['HTTPS://App.example.com:443', 'https://bücher.example/', 'capacitor://localhost'];
  expect(resolveSettings({ allowedOrigins }).allowedOrigins).toEqual([
    'https://app.example.com',
    'https://xn--bcher-kva.example',
    'capacitor://localhost',
  ]);
});
