import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Attack, ownGateway } from '../attack.ts';
import { GatewayProcess } from '../harness/gateway-process.ts';
import { openReadyCall } from '../harness/open-calls.ts';

export const fileModes: Attack = {
  name: 'file-modes',
  who: 'another user of the machine',
  does: 'reads the database, which was there before and may be read by all',
  alone: 'its database is made beforehand',
  missing: () => (process.platform === 'win32' ? 'Windows has no such modes' : undefined),
  async prepare(folder) {
    const gateway = await GatewayProcess.start({ folder });
    await gateway.kill();
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
    writeFileSync(join(folder, 'unrelated.txt'), '', { mode: 0o644 });
  },
  async run(stage) {
    const { folder } = ownGateway(stage);
    const call = await openReadyCall(stage.access);
    call.send({ t: 'text', text: 'a secret' });
    const files = readdirSync(folder).filter((name) => name.startsWith('gateway.db'));
    for (const name of files) {
      const mode = (statSync(join(folder, name)).mode & 0o777).toString(8);
      stage.expect(mode === '600', `${name} has mode ${mode}`);
    }
    call.leave();
    return `${files.length} files of mode 644`;
  },
};
