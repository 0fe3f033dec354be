import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { defineTool, toToolDefinition, type RealtimeTool } from './realtime-tool.ts';
import { runTool } from './run-tool.ts';
import type { StandardSchema } from './standard-schema.ts';

const context = { callId: 'c1', name: 'get_weather', signal: new AbortController().signal };

describe('definition', () => {
  test('[CL15] plain JSON Schema goes to the gateway as it is', () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    expect(toToolDefinition({ name: 'get_weather', description: 'Weather.', parameters })).toEqual({
      name: 'get_weather',
      description: 'Weather.',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
    });
  });

  test('[CL15] a zod schema goes to the gateway as JSON Schema of its input', () => {
    const parameters = z.object({ city: z.string().describe('A city.'), days: z.number().int().default(1) });
    expect(toToolDefinition({ name: 'get_weather', description: 'Weather.', parameters }).parameters).toEqual({
      type: 'object',
      properties: {
        city: { type: 'string', description: 'A city.' },
        days: {
          type: 'integer',
          default: 1,
          minimum: Number.MIN_SAFE_INTEGER,
          maximum: Number.MAX_SAFE_INTEGER,
        },
      },
      required: ['city'],
    });
  });

  test('[CL15] a schema that cannot describe itself is refused', () => {
    const silent: StandardSchema = { '~standard': { version: 1, vendor: 'x', validate: (value) => ({ value }) } };
    const date = z.object({ on: z.date() });
    for (const parameters of [silent, date]) {
      expect(() => toToolDefinition({ name: 'book', description: '', parameters })).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          message: expect.stringContaining('The schema of tool "book" cannot be turned into JSON Schema') as string,
        }),
      );
    }
  });

  test('defineTool gives execute the type its schema describes', () => {
    const typed = defineTool({
      name: 'get_weather',
      description: '',
      parameters: z.object({ city: z.string(), days: z.number().default(1) }),
      execute: (args) => {
        expectTypeOf(args).toEqualTypeOf<{ city: string; days: number }>();
        return args.city;
      },
    });
    const plain = defineTool<{ city: string }>({
      name: 'get_time',
      description: '',
      parameters: { type: 'object' },
      execute: ({ city }) => city,
    });
    expectTypeOf([typed, plain]).toEqualTypeOf<RealtimeTool[]>();
  });
});

describe('run', () => {
  const run = (called: RealtimeTool, text: string): ReturnType<typeof runTool> =>
    runTool(called, { ...context, arguments: text });
  const tool = (execute: RealtimeTool['execute'], parameters: RealtimeTool['parameters'] = {}): RealtimeTool => ({
    name: 'get_weather',
    description: '',
    parameters,
    ...(execute && { execute }),
  });

  test.each([
    ['a string as it is', () => 'sunny', 'sunny'],
    ['a value as JSON', () => ({ sky: 'blue' }), '{"sky":"blue"}'],
    ['a promise as what it resolves to', async () => [1, 2], '[1,2]'],
    ['nothing as null', () => undefined, 'null'],
    ['a bigint as the integer it is', () => ({ id: 2_512_292_042_121_000_001n }), '{"id":2512292042121000001}'],
  ])('[CL12] %s', async (_, execute, output) => {
    expect(await run(tool(execute), '{}')).toEqual({ output, failed: false });
  });

  test('[CL12] the schema checks and completes the arguments', async () => {
    const seen: unknown[] = [];
    const parameters = z.object({ city: z.string().trim(), days: z.number().default(3) });
    await run(
      tool((args, { callId }) => seen.push(args, callId), parameters),
      '{"city":" Rome "}',
    );
    expect(seen).toEqual([{ city: 'Rome', days: 3 }, 'c1']);
  });

  test('[CL30] the arguments as they came hold integers that numbers cannot', async () => {
    const text = '{"orderId":2512292042121000001}';
    const { output } = await run(
      tool(({ orderId }, context) => [orderId, context.arguments]),
      text,
    );
    expect(JSON.parse(output)).toEqual([2_512_292_042_121_000_000, text]);
  });

  test('[CL12] no arguments are an empty object', async () => {
    expect(
      await run(
        tool((args) => args),
        '',
      ),
    ).toEqual({ output: '{}', failed: false });
  });

  test.each([
    [
      'throws',
      tool(() => {
        throw new Error('No such city.');
      }),
      '{"error":"No such city."}',
    ],
    ['rejects with no error', tool(() => Promise.reject('gone')), '{"error":"gone"}'],
    ['rejects with what has no text', tool(() => Promise.reject(Object.create(null))), 'cannot be written as text'],
    ['throws a message too large to send', tool(() => Promise.reject('x'.repeat(2_000_000))), 'too large'],
    ['gets no JSON', tool(() => 1), 'JSON'],
    ['gets arguments that do not fit', tool(() => 1, z.object({ a: z.object({ b: z.string() }) })), 'a.b: '],
    ['returns what JSON cannot hold', tool(() => globalThis), 'circular'],
  ])('[CL13] a tool that %s is answered by an error', async (name, broken, contains) => {
    const args = name === 'gets no JSON' ? '{"city":' : '{"a":{"b":1}}';
    const { output, failed } = await run(broken, args);
    expect(failed).toBe(true);
    expect(Object.keys(JSON.parse(output) as object)).toEqual(['error']);
    expect(output).toContain(contains);
  });
});
