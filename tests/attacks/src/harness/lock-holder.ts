import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Takes SQLite's write lock as another program would, such as an operator's own statement. Call the result to let go. */
export function lockStore(folder: string): () => void {
  const database = new DatabaseSync(join(folder, 'gateway.db'), { timeout: 5_000 });
  database.exec('BEGIN IMMEDIATE');
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    database.exec('ROLLBACK');
    database.close();
  };
}
