#!/usr/bin/env node
// Nothing here is newer than Node 12, and everything else is loaded after the check: an old Node would stumble over the
// first import of a file that it cannot read, with a stack trace instead of a sentence.
const version = process.versions.node.split('.').map(Number);
const isOld = Number(version[0]) < 22 || (Number(version[0]) === 22 && Number(version[1]) < 18);

if (isOld) {
  console.error(
    'speko-simulators needs Node 22.18 or newer, and this is Node ' +
      process.versions.node +
      '. Install a newer one, such as Node 24 from https://nodejs.org.',
  );
  process.exitCode = 2;
} else {
  void import('./cli/main.ts');
}
