import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.ts';
import type { Stage } from './suite.ts';

/** Modules that all programs may import. */
const SHARED = new URL('../python/', import.meta.url);
/** What somebody has set for the real services, or for all traffic, is not for these. */
const FOREIGN = /^(?:OPENAI|AZURE|GOOGLE|GEMINI|XAI|LIVEKIT|LK|(?:ALL|HTTPS?)_PROXY)(?:_|$)/i;
/** How long a program may take for all its checks together; each check has a shorter limit of its own. */
const WHOLE_RUN_MS = 10 * 60_000;

/**
 * Runs a Python program that writes one JSON line for each check: `{"check": "…"}`, with `"fault": "…"` if it failed.
 * Whatever else it writes to standard output is passed over.
 *
 * @throws Error when the program ends with another exit code than 0
 */
export async function runPythonChecks(
  stage: Stage,
  options: {
    readonly python: string;
    readonly script: URL;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const { code, output } = await runCommand([options.python, fileURLToPath(options.script)], {
    timeoutMs: WHOLE_RUN_MS,
    env: {
      ...Object.fromEntries(
        Object.keys(process.env).flatMap((name) => (FOREIGN.test(name) ? [[name, undefined]] : [])),
      ),
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONPATH: fileURLToPath(SHARED),
      ...options.env,
    },
    onLine(line) {
      const outcome = readOutcome(line);
      if (outcome !== undefined) stage.check(outcome.check, outcome.fault);
    },
  });
  if (code !== 0) throw new Error(`its program ended with ${code}:\n${output.trim()}`);
}

function readOutcome(line: string): { check: string; fault?: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('check' in value)) return undefined;
  const check = String(value.check);
  return 'fault' in value ? { check, fault: String(value.fault) } : { check };
}
