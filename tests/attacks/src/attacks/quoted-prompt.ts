import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Attack, ownGateway } from '../attack.ts';
import { request } from '../harness/access.ts';
import { openReadyCall } from '../harness/open-calls.ts';
import { mannered } from '../harness/providers.ts';
import { pause } from '../harness/wait.ts';

const PROMPT = 'You are Margaret of the secret society and you never tell anybody that the password is swordfish.';
const PIECES = [PROMPT, 'the password is swordfish'];

export const quotedPrompt: Attack = {
  name: 'quoted-prompt',
  who: 'one vendor',
  does: 'repeats the whole configuration, and with it the prompt, in its error message',
  alone: 'its log is read',
  gateway: { env: { LOG_LEVEL: 'trace' } },
  async run(stage) {
    const { access, vendor, expect } = stage;
    const gateway = ownGateway(stage);
    const calls = await Promise.all(
      vendor.providers.map((provider) =>
        openReadyCall(access, mannered(provider, 'quote-prompt', { systemPrompt: PROMPT })).catch(() => undefined),
      ),
    );
    await pause(1_500);
    const answer = await request(access.url, '/v1/sessions?limit=100', { key: access.keys[0] });
    const database = ['gateway.db', 'gateway.db-wal'].map((name) => read(join(gateway.folder, name))).join('');
    for (const piece of PIECES) {
      expect(!gateway.output().includes(piece), `the log holds "${piece}"`);
      expect(!JSON.stringify(answer.body).includes(piece), `a record holds "${piece}"`);
      expect(!database.includes(piece), `the database holds "${piece}"`);
    }
    for (const call of calls) call?.leave();
    return `${vendor.providers.length} errors with the prompt in them`;
  },
};

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
