// Writes openapi.json and schemas/*.json from the zod schemas. A test fails when they are out of date.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createOpenApiDocument } from '../src/rest/openapi-document.ts';
import { createJsonSchemaFiles } from '../src/schema-registry.ts';

const root = new URL('..', import.meta.url);
const schemas = new URL('schemas/', root);

rmSync(schemas, { recursive: true, force: true });
mkdirSync(schemas);
for (const [name, schema] of Object.entries(createJsonSchemaFiles())) {
  writeFileSync(new URL(`${name}.json`, schemas), `${JSON.stringify(schema, null, 2)}\n`);
}
writeFileSync(new URL('openapi.json', root), `${JSON.stringify(createOpenApiDocument(), null, 2)}\n`);
