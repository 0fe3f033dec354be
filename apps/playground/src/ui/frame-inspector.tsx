import { useState } from 'react';
import type { Call } from '../call/use-call.ts';
import { useStickToEnd } from '../call/use-stick-to-end.ts';
import { filterEntries, listKinds, type EntryFilter } from '../journal/filter-entries.ts';
import type { LogEntry } from '../journal/frame-log.ts';
import { FrameFilters } from './frame-filters.tsx';
import { FrameRow } from './frame-row.tsx';

/** Rows in the page at once; the browser would take its time over thousands. */
const PAGE_ROWS = 200;

/** The client asks every second whether the connection lives; of interest to few. */
const QUIET_KINDS: ReadonlySet<string> = new Set(['ping', 'pong']);

/** Every frame of the call, both ways. */
export function FrameInspector({ call }: { call: Call }) {
  const { entries, dropped } = call.view;
  const [filter, setFilter] = useState<EntryFilter>({ direction: 'both', hiddenKinds: QUIET_KINDS, search: '' });
  const [frozen, setFrozen] = useState<readonly LogEntry[]>();
  const [pages, setPages] = useState(1);
  const list = useStickToEnd<HTMLOListElement>();

  const all = frozen ?? entries;
  const found = filterEntries(all, filter);
  const shown = found.slice(-PAGE_ROWS * pages);
  const newer = frozen ? (entries.at(-1)?.id ?? 0) - (frozen.at(-1)?.id ?? 0) : 0;

  return (
    <section aria-labelledby="frames-title" className="card frames">
      <div className="card-head">
        <h2 id="frames-title">Frames</h2>
        <span className="hint" data-testid="frame-count">
          {found.length === all.length ? `${all.length} rows` : `${found.length} of ${all.length} rows`}
          {newer > 0 && `, ${newer} newer`}
          {dropped > 0 && `, ${dropped} oldest dropped`}
        </span>
      </div>
      <FrameFilters
        filter={filter}
        kinds={listKinds(entries)}
        onChange={setFilter}
        onPause={() => setFrozen(frozen ? undefined : entries)}
        paused={frozen !== undefined}
      />
      <ol aria-label="Frames" className="frame-list" ref={list} tabIndex={0}>
        {shown.length < found.length && (
          <li>
            <button className="button button-quiet" onClick={() => setPages(pages + 1)} type="button">
              Show {Math.min(PAGE_ROWS, found.length - shown.length)} earlier
            </button>
          </li>
        )}
        {shown.map((entry) => (
          <FrameRow entry={entry} key={entry.id} />
        ))}
        {all.length === 0 && <li className="hint frame-empty">Frames appear here once a call is on.</li>}
        {all.length > 0 && found.length === 0 && <li className="hint frame-empty">No frame fits these filters.</li>}
      </ol>
    </section>
  );
}
