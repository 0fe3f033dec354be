import { memo, useState } from 'react';
import { formatBytes, formatDuration, formatMoment } from '../call/format.ts';
import type { LogEntry } from '../journal/frame-log.ts';

const ARROWS = { received: '↓', sent: '↑' } as const;
const WORDS = { received: 'received', sent: 'sent' } as const;

/** One frame, or one run of audio. A frame opens to its JSON. */
export const FrameRow = memo(function FrameRow({ entry }: { entry: LogEntry }) {
  const [open, setOpen] = useState(false);
  const head = (
    <>
      <span className="frame-time">{formatMoment(entry.atMs)}</span>
      <span className="frame-direction">
        <span aria-hidden="true">{ARROWS[entry.direction]}</span>
        <span className="visually-hidden">{WORDS[entry.direction]}</span>
      </span>
      <span className="frame-kind">{entry.kind}</span>
      <span className="frame-body">{summarise(entry)}</span>
    </>
  );
  return (
    <li className="frame" data-direction={entry.direction} data-kind={entry.kind} data-testid="frame-row">
      {entry.audio ? (
        <div className="frame-head">{head}</div>
      ) : (
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary className="frame-head">{head}</summary>
          {open && <pre tabIndex={0}>{JSON.stringify(JSON.parse(entry.json), null, 2)}</pre>}
        </details>
      )}
    </li>
  );
});

function summarise({ json, audio }: LogEntry): string {
  if (!audio) return json;
  return `${audio.frames} × audio, ${formatBytes(audio.bytes)}, ${formatDuration(audio.audioMs)}, until ${formatMoment(audio.untilMs)}`;
}
