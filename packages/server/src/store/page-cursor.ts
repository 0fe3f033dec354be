import { StoreError } from './store-error.ts';

/** Where a page of sessions, newest first, ended: the next one begins right after it, unaffected by later additions. */
export interface PagePosition {
  readonly createdAtMs: number;
  readonly sessionId: string;
}

/** A text like any other for clients; it fits `pageCursorSchema` of the protocol. */
export function encodeCursor(position: PagePosition): string {
  return `${position.createdAtMs}.${position.sessionId}`;
}

/** @throws StoreError `BAD_CURSOR` for anything that {@link encodeCursor} did not make. */
export function decodeCursor(cursor: string): PagePosition {
  const match = /^(\d{1,15})\.([\w-]{1,64})$/.exec(cursor);
  const [, createdAtMs, sessionId] = match ?? [];
  if (createdAtMs === undefined || sessionId === undefined) {
    throw new StoreError({
      code: 'BAD_CURSOR',
      message: 'Not a cursor of this gateway; pass "nextCursor" of the previous page unchanged, or leave it out.',
    });
  }
  return { createdAtMs: Number(createdAtMs), sessionId };
}
