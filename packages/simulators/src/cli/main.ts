import { runProgram } from './program.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

process.exitCode = await runProgram({
  args: process.argv.slice(2),
  print: (line) => console.log(line),
  remark: (line) => console.error(line),
  signal: interrupted.signal,
});
