// Where the browser tests get their Chromium. Plain JavaScript without dependencies: the root commands need it before
// anything is built, the browser tests when they are run by themselves.

import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/** Chromium first, its relatives after it: all of them speak what the tests need. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable'];
const MAC_APPS = ['Chromium', 'Google Chrome', 'Microsoft Edge'];
const WINDOWS_PROGRAMS = [
  'Chromium\\Application\\chrome.exe',
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

/** What to tell somebody who has none. */
export const CHROMIUM_ADVICE = 'Install Chromium or Google Chrome, or set CHROMIUM_PATH to its program file.';

/** Installs Debian's; a list of packages that cannot be brought up to date may still do. */
export const CHROMIUM_INSTALL =
  'export DEBIAN_FRONTEND=noninteractive; apt-get update; ' +
  'apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 chromium';

/**
 * The program file of a Chromium on this machine: `CHROMIUM_PATH`, else the first that is found under its usual names
 * and in its usual places. Undefined when there is none.
 * @throws Error when `CHROMIUM_PATH` is set to what is no program
 */
export function findChromium({ env = process.env, platform = process.platform, isProgram = isProgramFile } = {}) {
  const given = env.CHROMIUM_PATH;
  if (given) {
    if (isProgram(given)) return given;
    throw new Error(`CHROMIUM_PATH is ${JSON.stringify(given)}, where there is no program. ${CHROMIUM_ADVICE}`);
  }
  return usualPlaces(env, platform).find(isProgram);
}

/** Whether this system can be given one without a question: it needs apt-get, and the right to use it. */
export function canInstallChromium({ env, platform, userId, isProgram = isProgramFile }) {
  return platform === 'linux' && userId === 0 && onPath(['apt-get'], env).some(isProgram);
}

function usualPlaces(env, platform) {
  if (platform === 'win32') {
    const folders = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(Boolean);
    return WINDOWS_PROGRAMS.flatMap((program) => folders.map((folder) => win32.join(folder, program)));
  }
  if (platform === 'darwin') {
    const folders = ['/Applications', ...(env.HOME ? [posix.join(env.HOME, 'Applications')] : [])];
    const apps = MAC_APPS.flatMap((app) => folders.map((folder) => `${folder}/${app}.app/Contents/MacOS/${app}`));
    return [...apps, ...onPath(NAMES, env)];
  }
  return onPath(NAMES, env);
}

function onPath(names, env) {
  const folders = (env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return names.flatMap((name) => folders.map((folder) => posix.join(folder, name)));
}

function isProgramFile(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
