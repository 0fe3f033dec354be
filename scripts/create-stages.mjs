// Other programs, run one after another or side by side: what each says when it fails, and how all of them are stopped.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** npm and the terminal may both deliver the same Ctrl-C; what arrives this soon after the first is the same one. */
const SAME_SIGNAL_MS = 1000;
const onWindows = process.platform === 'win32';

/** @param options - `cwd` and `env` of every program; `env` is read when one starts */
export function createStages({ cwd, env }) {
  const children = new Set();
  const underWay = new Set();
  let interruptedBy;

  const lastSignalAtMs = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const nowMs = Date.now();
      if (nowMs - (lastSignalAtMs.get(signal) ?? -Infinity) < SAME_SIGNAL_MS) return;
      lastSignalAtMs.set(signal, nowMs);
      interruptedBy = signal;
      for (const child of children) child.kill(signal);
    });
  }
  // A SIGTERM sent to npm alone ends npm and the shell between us, and never arrives here: losing the parent tells of it.
  if (process.env.npm_lifecycle_event && !onWindows) {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent && !interruptedBy) process.emit('SIGTERM');
    }, 250).unref();
  }

  /** Runs one step, prints its name and seconds, and ends the program if it failed. Returns what it wrote to stdout. */
  async function stage(name, command, commandArgs, again = `pnpm ${name}`, showOutput = false) {
    const { code, stdout, output, seconds } = await attempt(name, command, commandArgs, showOutput);
    if (code !== 0) {
      if (!interruptedBy) process.stderr.write(output);
      fail(name, `${name} failed after ${seconds} s`, again, code);
    }
    return stdout;
  }

  /** Runs one step and prints its name and seconds if it succeeds. */
  async function attempt(name, command, commandArgs, showOutput = false) {
    const startedAtMs = Date.now();
    if (!showOutput) underWay.add(name);
    showProgress();
    const result = await run(command, commandArgs, showOutput ? 'inherit' : 'pipe');
    const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
    underWay.delete(name);
    if (process.stderr.isTTY && !showOutput) process.stderr.write('\r\x1b[K');
    // Beside the result: standard output belongs to what was asked for, such as a JSON document.
    if (result.code === 0) console.error(`✓ ${name} ${seconds} s`);
    showProgress();
    return { ...result, seconds };
  }

  function showProgress() {
    if (process.stderr.isTTY && underWay.size > 0) process.stderr.write(`\r\x1b[K… ${[...underWay].join(', ')}`);
  }

  /** Ends the program, and what runs beside the step that failed. */
  function fail(name, message, again, code) {
    if (interruptedBy) process.exit(128 + constants.signals[interruptedBy]);
    for (const child of children) child.kill();
    console.error(`✗ ${message}. To run it again: ${again}`);
    process.exit(code);
  }

  function run(command, commandArgs, stdio, detached = false) {
    if (interruptedBy) process.exit(128 + constants.signals[interruptedBy]);
    return new Promise((resolve) => {
      // Windows finds pnpm and npx only through its shell; their arguments here are fixed words.
      const shell = onWindows && command !== 'node';
      const child = spawn(command, commandArgs, { cwd, env, shell, detached, stdio: ['inherit', stdio, stdio] });
      children.add(child);
      let stdout = '';
      let output = '';
      child.stdout?.setEncoding('utf8').on('data', (text) => {
        stdout += text;
        output += text;
      });
      child.stderr?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
      child.on('error', (error) => {
        output += `Cannot start ${command}: ${error.message}\n`;
        resolve({ code: 127, stdout, output });
      });
      child.on('close', (exitCode, signal) => {
        children.delete(child);
        resolve({ code: exitCode ?? 128 + constants.signals[signal], stdout, output });
      });
    });
  }

  return { run, attempt, stage, fail };
}
