import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.ts';

/** Beside what the other tools keep: `node_modules` is never committed. */
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/speko/python/', import.meta.url));
/** The packages were pinned with the first; those after the last may lack a package that is ready to use. */
const SUPPORTED_MINORS = [11, 12, 13];
const INSTALL_MS = 15 * 60_000;
const ASK_MS = 20_000;
const TELL_VERSION = 'import sys; print("%d.%d" % sys.version_info[:2])';

/**
 * The interpreter of a virtual environment with exactly the packages of a requirements file. It is kept, and made anew
 * when the file or the Python changes.
 *
 * @throws Error when there is no suitable Python, or the packages cannot be installed
 */
export async function providePython(requirements: URL, note: (text: string) => void): Promise<string> {
  const path = fileURLToPath(requirements);
  const python = await findPython();
  const wanted = createHash('sha256').update(`${python.version}\n`).update(readFileSync(path)).digest('hex');
  const folder = join(CACHE, basename(dirname(path)));
  const interpreter = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  // Written last, so that an installation which was broken off is not taken for a whole one.
  const stamp = join(folder, 'installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return interpreter;

  note(`installing its packages for Python ${python.version}, which takes a minute or two`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  await succeed([python.command, '-m', 'venv', folder]);
  // Nothing but what the file pins: a package that it forgot is missed at once, here and everywhere.
  const pip = [interpreter, '-m', 'pip', '--disable-pip-version-check', '--quiet'];
  await succeed([...pip, 'install', '--no-deps', '--requirement', path]);
  writeFileSync(stamp, wanted);
  return interpreter;
}

async function succeed(command: readonly string[]): Promise<void> {
  const { code, output } = await runCommand(command, { timeoutMs: INSTALL_MS });
  if (code !== 0) throw new Error(`\`${command.join(' ')}\` failed:\n${output.trim()}`);
}

async function findPython(): Promise<{ command: string; version: string }> {
  const set = process.env['PYTHON'];
  const names =
    set === undefined ? [...SUPPORTED_MINORS.map((minor) => `python3.${minor}`), 'python3', 'python'] : [set];
  const seen: string[] = [];
  for (const command of names) {
    const { code, output } = await runCommand([command, '-c', TELL_VERSION], { timeoutMs: ASK_MS });
    const version = output.trim();
    if (code === 0 && SUPPORTED_MINORS.some((minor) => version === `3.${minor}`)) return { command, version };
    if (code === 0) seen.push(`${command} is ${version}`);
  }
  const nothing = set === undefined ? 'none was found' : `PYTHON is "${set}", which is none`;
  const here = seen.length === 0 ? nothing : seen.join(', ');
  throw new Error(
    `This needs Python 3.${SUPPORTED_MINORS[0]} to 3.${SUPPORTED_MINORS.at(-1)}: ${here}. ` +
      'Install one, or set PYTHON to the path of one.',
  );
}
