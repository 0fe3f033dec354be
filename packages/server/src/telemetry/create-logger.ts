import { type DestinationStream, type Level, type Logger, pino } from 'pino';
import { createScrubber } from './create-scrubber.ts';

/** How a gateway logs. */
export interface LoggerOptions {
  /**
   * error: gave up; warn: recovered; info: one line per lifecycle change; debug: the rest.
   * @defaultValue `info`
   */
  readonly level?: Level | 'silent';
  /**
   * Where lines go.
   * @defaultValue standard error, so that standard output stays free for what a program prints
   */
  readonly destination?: DestinationStream;
  /**
   * The operator's own secrets, such as vendor keys: removed wherever they appear, whatever their shape. Those of
   * fewer than 8 characters are not looked for, since they would be found in ordinary words.
   */
  readonly secrets?: readonly string[];
}

/** Fields that are never written, at the top of a line or one level below. */
const SECRET_FIELDS = [
  'authorization',
  'apiKey',
  'api_key',
  'key',
  'password',
  'secret',
  'token',
  'wsToken',
  'handle',
  'sec-websocket-protocol',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-goog-api-key',
  'api-key',
];

/**
 * The gateway's log: one JSON object per line. Secrets are kept out twice, by the names of fields and by their
 * values, whichever way they got into a line.
 * @see PROTOCOL.md rule LM1
 */
export function createLogger({
  level = 'info',
  destination = pino.destination(2),
  secrets = [],
}: LoggerOptions = {}): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_FIELDS.flatMap(pathsOf), censor: '[redacted]' },
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: createScrubber(secrets) },
  };
  return pino(options, destination);
}

function pathsOf(field: string): string[] {
  const suffix = /^\w+$/.test(field) ? `.${field}` : `["${field}"]`;
  return [suffix.replace(/^\./, ''), `*${suffix}`, `*.headers${suffix}`];
}
