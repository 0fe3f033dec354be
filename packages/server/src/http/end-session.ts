import type { Clock } from '../clock.ts';
import { HttpError } from '../http-error.ts';
import type { LiveSessions } from '../session/live-sessions.ts';
import type { NoticeBus } from '../session/notice-bus.ts';
import type { SessionStore, StoredRecord } from '../store/store.ts';

export interface EndSessionOptions {
  readonly store: SessionStore;
  readonly live: LiveSessions;
  readonly notices: NoticeBus;
  readonly clock: Clock;
}

/** How long the answer waits for the record to be complete. */
const RECORD_TIMEOUT_MS = 2_000;

/**
 * Ends a session and returns its record as it then stands.
 * @throws HttpError `SESSION_ENDED` when it is over already.
 * @see PROTOCOL.md rule SR7
 */
export async function endSession(
  keyId: string,
  record: StoredRecord,
  options: EndSessionOptions,
): Promise<StoredRecord> {
  const { store, live, notices, clock } = options;
  if (record.endedAt !== null) throw sessionEnded(record);
  const ending = watchEnd(record.id, options);
  try {
    if (live.end(record.id, 'ended_by_api')) {
      await ending.ended;
    } else {
      // No process holds it now: only its record is left to close.
      const atMs = clock.epochMs();
      await store.sessionEnded(record.id, { status: 'ended', reason: 'ended_by_api', atMs, durationMs: null });
      notices.publish(record.id, { type: 'status', status: 'ended', atMs });
      notices.publish(record.id, { type: 'end', reason: 'ended_by_api', atMs });
    }
  } finally {
    ending.stop();
  }
  return (await store.findSession(keyId, record.id)) ?? record;
}

/** Resolves when the session's end is recorded, or after a time in which it should have been. */
function watchEnd(sessionId: string, { notices, clock }: EndSessionOptions): { ended: Promise<void>; stop(): void } {
  let resolve = (): void => undefined;
  const ended = new Promise<void>((done) => {
    resolve = done;
  });
  const timer = clock.setTimer(() => resolve(), RECORD_TIMEOUT_MS);
  const unwatch = notices.subscribe(sessionId, (notice) => {
    if (notice.type === 'end') resolve();
  });
  return {
    ended,
    stop() {
      timer.cancel();
      unwatch();
    },
  };
}

function sessionEnded({ status, endReason }: StoredRecord): HttpError {
  const how = status === 'expired' ? 'expired before anyone connected' : `has ended (${endReason ?? 'unknown'})`;
  return new HttpError({ code: 'SESSION_ENDED', message: `This session ${how}; there is nothing left to end.` });
}
