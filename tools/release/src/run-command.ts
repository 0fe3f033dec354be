/** What a command has to say, and its exit code. */
export interface CommandResult {
  readonly code: number;
  readonly text: string;
}

/** Runs a command of this package: it throws a sentence for the caller to read. */
export function runCommand(help: string, command: () => CommandResult): void {
  try {
    const { code, text } = command();
    process.stdout.write(text);
    process.exitCode = code;
  } catch (error) {
    process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exitCode = 2;
  }
}
