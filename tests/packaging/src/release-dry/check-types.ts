import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run } from '../harness/run.ts';
import { importEverything, isForBrowsers, type Subject } from './subject.ts';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

/**
 * Compiles a program that imports everything, our declarations included. Mistakes in declarations of others are theirs.
 *
 * @throws Error with what the compiler says of ours
 */
export async function checkTypes({ project, packages }: Subject, resolution: 'nodenext' | 'bundler'): Promise<boolean> {
  const program = importEverything(packages);
  if (!program.includes('import ')) return false;
  writeFileSync(join(project, 'types.ts'), program);
  const compilerOptions = {
    module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
    moduleResolution: resolution,
    target: 'es2024',
    lib: ['es2024', 'esnext', ...(packages.some(isForBrowsers) ? ['dom', 'dom.iterable'] : [])],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    jsx: 'react-jsx',
    types: packages.every(isForBrowsers) ? [] : ['node'],
  };
  const config = `tsconfig.${resolution}.json`;
  writeFileSync(join(project, config), JSON.stringify({ compilerOptions, files: ['types.ts'] }));
  try {
    await run(process.execPath, [tsc, '-p', config, '--pretty', 'false'], { cwd: project });
  } catch (error) {
    const lines = (error instanceof Error ? error.message : String(error)).split('\n');
    const mistakes = lines.filter((line) => /error TS/.test(line));
    const ours = mistakes.filter((line) => /@speko|^types\.ts|^error/.test(line));
    if (mistakes.length === 0) throw error;
    if (ours.length > 0) throw new Error(ours.join('\n'), { cause: error });
  }
  return true;
}
