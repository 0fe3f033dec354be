import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listDeadLinks } from './relative-links.ts';

test('links to what a tarball does not hold are found, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'speko-links-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'SPEC.md'), 'See [the other](../server/SPEC.md).\n');
  writeFileSync(
    join(folder, 'README.md'),
    [
      '[rules](SPEC.md), [rules](./SPEC.md#life), [here](#here), [npm](https://www.npmjs.com/package/@speko/audio)',
      '![picture](../../docs/picture.png) and [`code`](src/none.ts), [out and in](../package/SPEC.md)',
      '`[no](link.md)`',
      '```ts\nconst a = [b](c.md);\n```',
    ].join('\n'),
  );
  expect(listDeadLinks(folder).sort()).toEqual([
    'README.md: ../../docs/picture.png',
    'README.md: ../package/SPEC.md',
    'README.md: src/none.ts',
    'SPEC.md: ../server/SPEC.md',
  ]);
});
