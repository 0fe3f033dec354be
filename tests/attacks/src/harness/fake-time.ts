import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((machine) => `/usr/lib/${machine}/faketime/libfaketime.so.1`)
  .concat('/usr/lib64/faketime/libfaketime.so.1', '/usr/lib/faketime/libfaketime.so.1');

/** Where libfaketime is, if it is installed. */
export function findFakeTime(): string | undefined {
  return LIBRARIES.find((path) => existsSync(path));
}

/** What a process is started with so that its wall clock follows {@link setWallClock}; the monotonic clock stays true. */
export function fakeTimeEnvironment(library: string, folder: string): Record<string, string> {
  setWallClock(folder, 0);
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: join(folder, 'faketime'),
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
}

/** Puts the wall clock of a process started so `seconds` before or behind the true one. */
export function setWallClock(folder: string, seconds: number): void {
  writeFileSync(join(folder, 'faketime'), `${seconds < 0 ? '' : '+'}${seconds}\n`);
}
