import { useState } from 'react';
import type { Call } from '../call/use-call.ts';
import { useNow } from '../call/use-now.ts';
import { timelineEndMs } from '../journal/timeline.ts';
import { TimelinePicture } from './timeline-picture.tsx';
import { TimelineTable } from './timeline-table.tsx';

const SCALES = [8, 20, 50, 120];

/** The course of the call as a picture, and in words. */
export function TimelinePanel({ call }: { call: Call }) {
  const { timeline } = call.view;
  const live = call.snapshot.status === 'connected';
  const nowMs = useNow(call.journal.nowMs, live);
  const [zoom, setZoom] = useState(2);
  const empty = timeline.spans.length === 0 && timeline.marks.length === 0;
  const endMs = live ? nowMs : timelineEndMs(timeline, nowMs);

  return (
    <section aria-labelledby="timeline-title" className="card timeline" data-testid="timeline">
      <div className="card-head">
        <h2 id="timeline-title">Timeline</h2>
        <div aria-label="Zoom" className="button-group" role="group">
          <ZoomButton disabled={zoom === 0} label="Zoom out" onClick={() => setZoom(zoom - 1)} sign="−" />
          <ZoomButton
            disabled={zoom === SCALES.length - 1}
            label="Zoom in"
            onClick={() => setZoom(zoom + 1)}
            sign="+"
          />
        </div>
      </div>
      <TimelinePicture endMs={endMs} pxPerSecond={SCALES[zoom] ?? 50} timeline={timeline} />
      <div className="timeline-foot">
        <ul aria-hidden="true" className="legend">
          <li data-kind="user">You</li>
          <li data-kind="assistant">Assistant, as heard</li>
          <li data-kind="wait">Wait for the first sound</li>
          <li data-kind="tools">Tool</li>
          <li data-kind="interruption">Interruption</li>
        </ul>
        <details className="timeline-words">
          <summary>Timeline as a table</summary>
          {empty ? <p className="hint">Nothing has happened yet.</p> : <TimelineTable timeline={timeline} />}
        </details>
      </div>
    </section>
  );
}

function ZoomButton({ label, sign, disabled, onClick }: ZoomButtonProps) {
  return (
    <button
      aria-disabled={disabled}
      aria-label={label}
      className="button button-quiet button-square"
      onClick={() => disabled || onClick()}
      type="button"
    >
      {sign}
    </button>
  );
}

interface ZoomButtonProps {
  label: string;
  sign: string;
  disabled: boolean;
  onClick: () => void;
}
