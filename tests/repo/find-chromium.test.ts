// Where a Chromium is looked for on each system; scripts/run.mjs has it looked for on this one.
import { describe, expect, test } from 'vitest';
import { canInstallChromium, findChromium } from '../../scripts/find-chromium.mjs';

const PROGRAM_FILES = { PROGRAMFILES: 'C:\\Program Files', 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' };

describe('findChromium', () => {
  test.each([
    ['linux', { PATH: '/usr/local/bin:/usr/bin' }, '/usr/bin/chromium'],
    ['linux', { PATH: '/usr/bin:/snap/bin' }, '/snap/bin/chromium'],
    ['linux', { PATH: '/usr/bin' }, '/usr/bin/chromium-browser'],
    ['linux', { PATH: '/usr/bin' }, '/usr/bin/google-chrome-stable'],
    ['linux', { PATH: '/usr/bin' }, '/usr/bin/google-chrome'],
    ['darwin', {}, '/Applications/Chromium.app/Contents/MacOS/Chromium'],
    ['darwin', {}, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    ['darwin', { HOME: '/var/jo' }, '/var/jo/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    ['darwin', { PATH: '/opt/homebrew/bin' }, '/opt/homebrew/bin/chromium'],
    ['win32', PROGRAM_FILES, 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
    ['win32', PROGRAM_FILES, 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'],
    [
      'win32',
      { LOCALAPPDATA: 'C:\\Users\\jo\\AppData\\Local' },
      'C:\\Users\\jo\\AppData\\Local\\Chromium\\Application\\chrome.exe',
    ],
  ] as const)('%s with %j finds %s', (platform, env, only) => {
    expect(findChromium({ platform, env, isProgram: (path) => path === only })).toBe(only);
  });

  test('Chromium comes before its relatives, wherever each of them is', () => {
    const installed = ['/usr/local/bin/google-chrome', '/usr/bin/chromium'];
    const env = { PATH: '/usr/local/bin:/usr/bin' };
    expect(findChromium({ platform: 'linux', env, isProgram: (path) => installed.includes(path) })).toBe(
      '/usr/bin/chromium',
    );
  });

  test('an empty CHROMIUM_PATH is one that is not set, and a relative folder of the PATH is not looked into', () => {
    const env = { CHROMIUM_PATH: '', PATH: '.:bin:' };
    expect(findChromium({ platform: 'linux', env, isProgram: () => true })).toBeUndefined();
  });
});

test.each([
  ['linux', 0, '/usr/bin/apt-get', true],
  ['linux', 1000, '/usr/bin/apt-get', false],
  ['linux', Number.NaN, '/usr/bin/apt-get', false],
  ['linux', 0, '/usr/bin/dnf', false],
  ['darwin', 0, '/usr/bin/apt-get', false],
] as const)('on %s, user %d with %s: may one be installed? %s', (platform, userId, only, expected) => {
  const isProgram = (path: string): boolean => path === only;
  expect(canInstallChromium({ platform, userId, env: { PATH: '/usr/bin' }, isProgram })).toBe(expected);
});
