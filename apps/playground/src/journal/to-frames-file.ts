import type { JournalView } from './call-journal.ts';

/** The frame log as a JSON document: rows in order of time, times in whole milliseconds since the call was started. */
export function toFramesFile({ entries, dropped }: JournalView, sessionId: string | undefined): string {
  const rows = entries.map(({ atMs, direction, kind, json, audio }) => ({
    atMs: Math.round(atMs),
    direction,
    kind,
    ...(audio
      ? {
          audio: {
            frames: audio.frames,
            bytes: audio.bytes,
            audioMs: Math.round(audio.audioMs),
            untilMs: Math.round(audio.untilMs),
          },
        }
      : { frame: JSON.parse(json) as unknown }),
  }));
  return JSON.stringify({ sessionId: sessionId ?? null, droppedRows: dropped, frames: rows }, null, 2);
}
