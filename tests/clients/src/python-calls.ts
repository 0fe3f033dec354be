import { runPythonChecks } from './python-checks.ts';
import { withVendors } from './simulated-vendors.ts';
import type { Suite } from './suite.ts';

/** A suite that is the program `calls.py` in the folder of its name, which calls the three simulated vendors. */
export function pythonCalls({ name, does }: Pick<Suite, 'name' | 'does'>): Suite {
  const folder = new URL(`../${name}/`, import.meta.url);
  return {
    name,
    does,
    async run(stage) {
      const python = await stage.python(new URL('requirements.txt', folder));
      await withVendors(({ openai, google, xai }) =>
        runPythonChecks(stage, {
          python,
          script: new URL('calls.py', folder),
          env: { OPENAI_SIMULATOR: openai, GOOGLE_SIMULATOR: google, XAI_SIMULATOR: xai },
        }),
      );
    },
  };
}
