// That the attacks run and report: one of them, against a gateway process of its own. Whether other calls noticed it within the
// milliseconds that are allowed is for an idle machine to say, so the verdict is not judged here.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test(
  'npm run attack -- token-race attacks a real gateway, loses nothing of the other calls, and says what it saw',
  {
    timeout: 60_000,
  },
  () => {
    const args = [join(import.meta.dirname, 'cli.ts'), '--json', 'token-race'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 });
    expect(stderr).toContain('[1/1] token-race: ');
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        name: 'token-race',
        verdict: expect.stringMatching(/^(HELD|FAULT)$/),
        lost: [],
        observed: expect.objectContaining({ isPingCallOpen: true }),
      }),
    ]);
  },
);
