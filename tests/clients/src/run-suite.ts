import { providePython } from './python-environment.ts';
import type { Suite } from './suite.ts';

/** What became of a suite. */
export interface SuiteResult {
  readonly held: number;
  readonly failed: number;
}

/** Runs one suite and writes a line for each of its checks as it comes. */
export async function runSuite(suite: Suite, print: (line: string) => void): Promise<SuiteResult> {
  let held = 0;
  let failed = 0;
  let lastMs = performance.now();
  const check = (name: string, fault?: string): void => {
    const nowMs = performance.now();
    const seconds = ((nowMs - lastMs) / 1000).toFixed(1);
    lastMs = nowMs;
    if (fault === undefined) held += 1;
    else failed += 1;
    print(`  ${fault === undefined ? '✓' : '✗'} ${name} ${seconds} s`);
    if (fault !== undefined) print(fault.replaceAll(/^/gm, '      '));
  };
  const note = (text: string): void => print(`  … ${text}`);
  const python = async (requirements: URL): Promise<string> => {
    const interpreter = await providePython(requirements, note);
    lastMs = performance.now();
    return interpreter;
  };
  print(`${suite.name}: ${suite.does}`);
  try {
    await suite.run({ check, note, python });
    if (held + failed === 0) check('runs', 'It checked nothing.');
  } catch (error) {
    check('runs to its end', error instanceof Error ? error.message : String(error));
  }
  return { held, failed };
}
