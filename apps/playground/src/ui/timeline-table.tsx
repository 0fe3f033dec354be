import { formatDuration, formatMoment } from '../call/format.ts';
import { describeTimeline } from '../journal/describe-timeline.ts';
import type { Timeline } from '../journal/timeline.ts';

/** The timeline in words. */
export function TimelineTable({ timeline }: { timeline: Timeline }) {
  return (
    <div aria-label="Timeline as a table" className="table-scroller" role="region" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">At</th>
            <th scope="col">Lasted</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {describeTimeline(timeline).map((row) => (
            <tr key={row.id}>
              <td>{formatMoment(row.atMs)}</td>
              <td>{row.lastedMs === undefined ? '' : formatDuration(row.lastedMs)}</td>
              <td>{row.who}</td>
              <td>{row.what}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
