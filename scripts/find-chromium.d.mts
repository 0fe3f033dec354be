interface Machine {
  /** @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @defaultValue `process.platform` */
  readonly platform?: NodeJS.Platform;
  /** Whether there is a program at a path. @defaultValue asks the file system */
  readonly isProgram?: (path: string) => boolean;
}

/** What to tell somebody who has none. */
export const CHROMIUM_ADVICE: string;
/** A shell command that installs Debian's Chromium. */
export const CHROMIUM_INSTALL: string;

/**
 * The program file of a Chromium on this machine: `CHROMIUM_PATH`, else the first that is found under its usual names
 * and in its usual places. Undefined when there is none.
 * @throws Error when `CHROMIUM_PATH` is set to what is no program
 */
export function findChromium(machine?: Machine): string | undefined;

/** Whether this system can be given one without a question. */
export function canInstallChromium(
  machine: Required<Omit<Machine, 'isProgram'>> & Machine & { readonly userId: number },
): boolean;
