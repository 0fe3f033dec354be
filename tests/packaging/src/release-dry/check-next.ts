import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../harness/run.ts';
import { readStart } from './readme.ts';
import { importEverything, type Subject } from './subject.ts';

const LAYOUT = 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;\n';

/**
 * Builds an application with Next.js whose page, a component of the server, imports the packages, and shows the components of
 * their readmes.
 *
 * @throws Error with what Next.js says, or when a page is not rendered
 */
export async function checkNext({ project, packages }: Subject): Promise<void> {
  const components = packages.map(readStart).filter((start) => start?.isTsx === true);
  const names = components.map((_start, index) => `part-${index}`);
  const elements = components.map((start, index) => {
    const [, name = ''] = /^export function (\w+)/m.exec(start?.code ?? '') ?? [];
    write(project, `app/part-${index}.jsx`, start?.code ?? '');
    return name;
  });
  const imports = names.map((file, index) => `import { ${elements[index]} } from './${file}.jsx';\n`);
  const page = `export default () => <main>rendered{${packages.length}}${elements.map((name) => `<${name} />`).join('')}</main>;\n`;
  write(project, 'app/layout.jsx', LAYOUT);
  write(project, 'app/page.jsx', `${imports.join('')}${importEverything(packages)}${page}`);
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  const next = join(project, 'node_modules', '.bin', 'next');
  await run(next, ['build'], { cwd: project, env, timeoutMs: 240_000 });
  const html = readFileSync(join(project, '.next', 'server', 'app', 'index.html'), 'utf8');
  if (!html.includes('rendered')) throw new Error('The page was not rendered on the server.');
  if (elements.length > 0 && !html.includes('<button>')) throw new Error('A component was not rendered on the server.');
}

function write(project: string, path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}
