import { runProgram } from './program.ts';

const exitCode = await runProgram({
  args: process.argv.slice(2),
  env: process.env,
  terminal: { print: (text) => console.log(text), remark: (text) => console.error(text) },
});
// A provider that never answers a close must not hold the process up.
process.exit(exitCode);
