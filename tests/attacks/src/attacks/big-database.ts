import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Attack } from '../attack.ts';
import { mint, request } from '../harness/access.ts';
import { GatewayProcess } from '../harness/gateway-process.ts';

const SESSIONS = 300_000;
const AT_ONCE = 4;
const REPORTS = [
  '/v1/usage',
  '/v1/usage?from=2020-01-01',
  '/v1/usage?from=2020-01-01&to=2026-11-30T12:34:56Z',
  '/v1/sessions?status=active',
  '/v1/sessions?status=expired&limit=100',
  '/v1/sessions?provider=nobody',
  '/v1/sessions?provider=xai&status=ended&limit=100',
];

export const bigDatabase: Attack = {
  name: 'big-database',
  who: 'one key',
  does: `asks for reports and filtered lists over ${SESSIONS.toLocaleString('en')} sessions of its own, again and again`,
  alone: 'its database is made beforehand',
  prepare: fillDatabase,
  async run({ access, signal, floodMs, expect }) {
    const deadline = performance.now() + floodMs * 2;
    let count = 0;
    const worker = async (_: unknown, first: number): Promise<void> => {
      for (let index = first; performance.now() < deadline && !signal.aborted; index++) {
        const path = REPORTS[index % REPORTS.length] ?? '';
        const { status } = await request(access.url, path, { key: access.keys[0] });
        expect([200, 429, 503].includes(status), `${path} was answered with ${status}`);
        count++;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const { body } = await request(access.url, '/v1/usage?from=2020-01-01', { key: access.keys[0] });
    const rows = (body['rows'] ?? []) as readonly { readonly sessions?: number }[];
    const sum = rows.reduce((total, { sessions = 0 }) => total + sessions, 0);
    expect(sum >= SESSIONS, `the report counts ${sum} sessions`);
    return `${count} reports over ${SESSIONS / 1000},000 sessions`;
  },
};

/** The gateway itself makes the tables; the sessions are copies of one of its own, whatever columns it has. */
async function fillDatabase(folder: string): Promise<void> {
  const gateway = await GatewayProcess.start({ folder });
  const { sessionId } = await mint(gateway);
  await request(gateway.url, `/v1/sessions/${sessionId}/end`, { method: 'POST', key: gateway.keys[0] });
  await gateway.kill();
  const database = new DatabaseSync(join(folder, 'gateway.db'), { timeout: 5_000 });
  const columns = database
    .prepare(`SELECT name FROM pragma_table_info('sessions')`)
    .all()
    .map(({ name }) => String(name));
  const value = (column: string): string => {
    switch (column) {
      case 'session_id':
        return `printf('ses_%08d', n)`;
      case 'provider':
        return `CASE n % 3 WHEN 0 THEN 'openai' WHEN 1 THEN 'google' ELSE 'xai' END`;
      case 'created_at':
      case 'connected_at':
      case 'ended_at':
        return `created_at - n * 8000${column === 'ended_at' ? ' + 60000' : ''}`;
      case 'status':
        return `CASE n % 10 WHEN 0 THEN 'expired' ELSE 'ended' END`;
      default:
        return column;
    }
  };
  database.exec(`
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${SESSIONS})
    INSERT INTO sessions (${columns.join(', ')})
    SELECT ${columns.map(value).join(', ')} FROM sessions, numbers
    WHERE session_id = '${sessionId.replaceAll("'", "''")}'`);
  database.close();
}
