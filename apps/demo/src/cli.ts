import { runProgram } from './program.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

try {
  process.exitCode = await runProgram({
    args: process.argv.slice(2),
    env: process.env,
    print: (line) => console.log(line),
    remark: (line) => console.error(line),
    colors: process.stdout.isTTY === true && !process.env['NO_COLOR'],
    signal: interrupted.signal,
  });
} catch (error) {
  if (!interrupted.signal.aborted) console.error(error instanceof Error ? `The demo failed: ${error.message}` : error);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}
