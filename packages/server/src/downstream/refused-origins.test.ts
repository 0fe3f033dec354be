import { pino } from 'pino';
import { expect, test } from 'vitest';
import { RefusedOrigins } from './refused-origins.ts';

function refuse(origins: readonly string[]): { origin: string; level: number; msg: string }[] {
  const lines: string[] = [];
  const refused = new RefusedOrigins(pino({}, { write: (line: string) => void lines.push(line) }));
  for (const origin of origins) refused.tell(origin);
  return lines.map((line) => JSON.parse(line));
}

test('[HS5] each refused origin is told once, with the setting that lets it in', () => {
  const lines = refuse(['http://localhost:3000', 'null', 'http://localhost:3000']);
  expect(lines).toMatchObject([
    {
      level: 40,
      origin: 'http://localhost:3000',
      msg: 'refused a page of this origin; to let it connect, add the origin to the allowed origins (allowedOrigins, SPEKO_ALLOWED_ORIGINS)',
    },
    {
      origin: 'null',
      msg: 'refused a page without an origin of its own, such as a file; only the allowed origins * let it connect (allowedOrigins, SPEKO_ALLOWED_ORIGINS)',
    },
  ]);
  expect(lines).toHaveLength(2);
});

test('[HS5] a stranger who sends many origins, or long ones, fills neither log nor memory', () => {
  const lines = refuse(Array.from({ length: 1000 }, (_, index) => `https://${index}.example`));
  expect(lines).toHaveLength(50);
  expect(lines[48]?.msg).not.toContain('further origins');
  expect(lines[49]?.msg).toContain('further origins are refused without a line');
  const long = refuse(['a'.repeat(10_000), 'a'.repeat(9_000)]);
  expect(long.map(({ origin }) => origin.length)).toEqual([200]);
});
