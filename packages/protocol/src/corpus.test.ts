import { readdirSync, readFileSync } from 'node:fs';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decodeServerFrame } from './frames/decode-server-frame.ts';
import { parseClientFrame } from './frames/parse-client-frame.ts';
import { receivedServerFrameSchema } from './frames/received-frames.ts';
import { serverFrameSchema } from './frames/server-frames.ts';
import { errorBodySchema } from './rest/error-body.ts';
import { sessionRecordSchema } from './rest/session-record.ts';
import { createSessionRequestSchema } from './rest/session-request.ts';
import { createSessionResponseSchema } from './rest/session-response.ts';
import { validateRequest } from './rest/validate-request.ts';

const caseSchema = z.strictObject({
  schema: z.string(),
  rule: z.string().regex(/^[A-Z]{2}\d+$/),
  why: z.string(),
  input: z.unknown().optional(),
  text: z.string().optional(),
  output: z.unknown().optional(),
  paths: z.array(z.string()).optional(),
  mentions: z.array(z.string()).optional(),
  jsonSchema: z.literal(false).optional(),
});

const root = new URL('../corpus/', import.meta.url);
const cases = (['accept', 'reject'] as const).flatMap((verdict) =>
  readdirSync(new URL(verdict, root)).map((file) => {
    const parsed = caseSchema.parse(JSON.parse(readFileSync(new URL(`${verdict}/${file}`, root), 'utf8')));
    const { text = JSON.stringify(parsed.input), ...rest } = parsed;
    return {
      ...rest,
      text,
      verdict,
      title: `[${parsed.rule}] ${verdict}s ${file.slice(0, -'.json'.length)}: ${parsed.why}`,
    };
  }),
);
const bodySchemas: Readonly<Record<string, z.ZodType>> = {
  'create-session-request': createSessionRequestSchema,
  'create-session-response': createSessionResponseSchema,
  'error-body': errorBodySchema,
  'session-record': sessionRecordSchema,
};

function casesOf(verdict: 'accept' | 'reject', belongs: (schema: string) => boolean): typeof cases {
  const found = cases.filter((entry) => entry.verdict === verdict && belongs(entry.schema));
  if (found.length === 0) throw new Error(`The corpus has nothing to ${verdict}.`);
  return found;
}

describe('bodies', () => {
  const isBody = (schema: string): boolean => schema in bodySchemas;

  test.each(casesOf('accept', isBody))('$title', ({ schema, input, output }) => {
    const result = validateRequest(bodySchemas[schema] ?? z.never(), input);
    expect(result).toMatchObject({ ok: true, value: output ?? {} });
  });

  test.each(casesOf('reject', isBody))('$title', ({ schema, input, paths }) => {
    const result = validateRequest(bodySchemas[schema] ?? z.never(), input);
    expect(result.ok).toBe(false);
    const issues = result.ok ? [] : result.issues;
    expect(issues.map((issue) => issue.path).toSorted()).toEqual(paths?.toSorted());
  });
});

describe('client frames', () => {
  const isClientFrame = (schema: string): boolean => schema === 'client-frame';

  test.each(casesOf('accept', isClientFrame))('$title', ({ text, input, output }) => {
    expect(parseClientFrame(text)).toEqual({ ok: true, frame: output ?? input });
  });

  test.each(casesOf('reject', isClientFrame))('$title', ({ text, mentions }) => {
    const result = parseClientFrame(text);
    expect(result.ok).toBe(false);
    expect(mentions).not.toHaveLength(0);
    for (const words of mentions ?? []) expect(result).toHaveProperty('message', expect.stringContaining(words));
  });
});

describe('server frames, by schema and by the decoder without one', () => {
  const isServerFrame = (schema: string): boolean => schema === 'server-frame';

  test.each(casesOf('accept', isServerFrame))('$title', ({ text, input }) => {
    const known = serverFrameSchema.parse(input);
    expect(decodeServerFrame(text)).toMatchObject(known);
  });

  test.each(casesOf('reject', isServerFrame))('$title', ({ text, input }) => {
    expect(serverFrameSchema.safeParse(input).success).toBe(false);
    expect(decodeServerFrame(text)).toBeUndefined();
  });

  const isReceived = (schema: string): boolean => schema === 'received-server-frame';

  test.each(casesOf('accept', isReceived))('$title', ({ text, input }) => {
    expect(decodeServerFrame(text)).toEqual(receivedServerFrameSchema.parse(input));
  });

  test.each(casesOf('reject', isReceived))('$title', ({ text, input }) => {
    expect(receivedServerFrameSchema.safeParse(input).success).toBe(false);
    expect(decodeServerFrame(text)).toBeUndefined();
  });

  test('[SF8] the gateway itself sends no frame that only clients of the base contract would take', () => {
    for (const { title, input } of casesOf('accept', isReceived)) {
      expect({ title, sent: serverFrameSchema.safeParse(input).success }).toEqual({ title, sent: false });
    }
  });

  test('[SF1, SF8] every field of every accepted frame, left out or replaced, is judged alike by both', () => {
    const wrong = [null, true, 0, -1, 1.5, '', 'x', [], {}, [1], 2 ** 60, undefined];
    let judged = 0;
    for (const { input } of casesOf('accept', (schema) => isServerFrame(schema) || isReceived(schema))) {
      for (const field of Object.keys(Object(input)).filter((name) => name !== 't')) {
        for (const value of wrong) {
          const frame = { ...Object(input), [field]: value };
          const decoded = decodeServerFrame(JSON.stringify(frame)) !== undefined;
          expect({ frame, decoded }).toEqual({ frame, decoded: receivedServerFrameSchema.safeParse(frame).success });
          judged += 1;
        }
      }
    }
    expect(judged).toBeGreaterThan(800);
  });
});

test('[ER1] the published JSON Schemas judge the corpus as the zod schemas do', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  for (const schema of new Set(cases.map((entry) => entry.schema))) {
    const file = new URL(`../schemas/${schema}.json`, import.meta.url);
    const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));
    for (const { title, input, verdict, jsonSchema } of cases.filter((entry) => entry.schema === schema)) {
      if (input === undefined || jsonSchema === false) continue;
      expect({ title, valid: validate(input) }).toEqual({ title, valid: verdict === 'accept' });
    }
  }
});
