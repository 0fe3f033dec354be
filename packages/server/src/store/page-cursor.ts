import { StoreError } from './store-error.ts';

/** Where a page of sessions, newest first, ended: the next one begins right after it, whatever was added since. */
export interface PagePosition {
  readonly createdAtMs: number;
  readonly sessionId: string;
}

/** An opaque text for clients. */
export function encodeCursor(position: PagePosition): string {
  return Buffer.from(`${position.createdAtMs}:${position.sessionId}`).toString('base64url');
}

/** @throws StoreError `BAD_CURSOR` for anything that {@link encodeCursor} did not make. */
export function decodeCursor(cursor: string): PagePosition {
  const match = /^(\d{1,15}):([\w-]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString());
  const [, createdAtMs, sessionId] = match ?? [];
  if (createdAtMs === undefined || sessionId === undefined) {
    throw new StoreError({
      code: 'BAD_CURSOR',
      message: 'Not a cursor of this gateway; pass "nextCursor" of the previous page unchanged, or leave it out.',
    });
  }
  return { createdAtMs: Number(createdAtMs), sessionId };
}
