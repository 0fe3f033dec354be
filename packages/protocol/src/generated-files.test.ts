import { readdirSync, readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { createOpenApiDocument } from './rest/openapi-document.ts';
import { createJsonSchemaFiles } from './schema-registry.ts';

const root = new URL('..', import.meta.url);

test('openapi.json is up to date; `pnpm --filter @speko/protocol generate` writes it', () => {
  expect(readJson('openapi.json')).toEqual(JSON.parse(JSON.stringify(createOpenApiDocument())));
});

test('schemas/ is up to date; `pnpm --filter @speko/protocol generate` writes it', () => {
  const names = readdirSync(new URL('schemas', root)).map((file) => file.replace('.json', ''));
  const published = Object.fromEntries(names.map((name) => [name, readJson(`schemas/${name}.json`)]));
  expect(published).toEqual(JSON.parse(JSON.stringify(createJsonSchemaFiles())));
});

test('openapi.json is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate({ ...createOpenApiDocument() });
  expect(result).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('every reference of openapi.json points at something, and every component is used', () => {
  const document = createOpenApiDocument();
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
  const names = new Set([...references].map(([, name = '']) => name));
  expect(names).toEqual(new Set(Object.keys(document.components.schemas)));
});

test('[RS2] openapi.json asks for a key on every /v1 call, and tells of the WebSocket without one', () => {
  const { paths } = createOpenApiDocument();
  expect(Object.keys(paths['/v1/realtime/{id}/ws'] ?? {})).toEqual(['summary', 'description', 'parameters']);
  const open = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) =>
      Object.hasOwn(Object(operation), 'security') ? [`${method} ${path}`] : [],
    ),
  );
  expect(open).toEqual(['get /healthz', 'get /readyz', 'get /openapi.json']);
});

test('the address of the gateway can be stated', () => {
  expect(createOpenApiDocument().servers).toEqual([{ url: '/' }]);
  expect(createOpenApiDocument({ serverUrl: 'https://voice.example.com' }).servers).toEqual([
    { url: 'https://voice.example.com' },
  ]);
});

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8'));
}
