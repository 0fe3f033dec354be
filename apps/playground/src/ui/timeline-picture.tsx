import { formatClock, formatDuration } from '../call/format.ts';
import { useStickToEnd } from '../call/use-stick-to-end.ts';
import { useWidth } from '../call/use-width.ts';
import { LANES, layoutTimeline } from '../journal/layout-timeline.ts';
import type { Lane, Timeline } from '../journal/timeline.ts';

const RULER_PX = 22;
const LANE_PX = 40;
const BAR_PX = 26;
const PAD_PX = (LANE_PX - BAR_PX) / 2;
/** From one row of a lane to the next. */
const ROW_PX = BAR_PX + 4;
/** Narrower bars have no room for a word. */
const LABEL_FROM_PX = 48;
const LANE_NAMES = { user: 'You', assistant: 'Assistant', tools: 'Tools' } as const;

/** Who spoke when, drawn to scale. */
export function TimelinePicture({ timeline, endMs, pxPerSecond }: TimelinePictureProps) {
  const scroller = useStickToEnd<HTMLDivElement>();
  const minWidth = useWidth(scroller);
  const layout = layoutTimeline(timeline, { nowMs: endMs, pxPerSecond, minWidth });
  const { width, spans, rows, waits, marks, ticks } = layout;
  const heightOf = (lane: Lane) => LANE_PX + (rows[lane] - 1) * ROW_PX;
  const laneY = (lane: Lane, row = 0) =>
    LANES.slice(0, LANES.indexOf(lane)).reduce((y, above) => y + heightOf(above), RULER_PX + PAD_PX) + row * ROW_PX;
  const height = laneY('tools') - PAD_PX + heightOf('tools') + 4;
  const middle = laneY('assistant') + BAR_PX / 2;

  return (
    <div className="timeline-frame">
      <div aria-hidden="true" className="lane-names">
        {LANES.map((lane) => (
          <span key={lane} style={{ height: heightOf(lane) }}>
            {LANE_NAMES[lane]}
          </span>
        ))}
      </div>
      <div aria-label="Timeline, scrollable" className="timeline-scroller" ref={scroller} role="region" tabIndex={0}>
        <svg
          aria-label={`Timeline of ${formatDuration(endMs)}: ${spans.length} stretches of speech and tool calls, ${timeline.marks.length} events. The table below tells them one by one.`}
          height={height}
          role="img"
          width={width}
        >
          {ticks.map(({ x, seconds }) => (
            <g className="tick" key={seconds}>
              <line x1={x + 0.5} x2={x + 0.5} y1={RULER_PX - 4} y2={height} />
              <text x={x + 4} y={14}>
                {formatClock(seconds * 1000)}
              </text>
            </g>
          ))}
          {waits.map(({ id, x, width: length }) => (
            <line className="wait" key={id} x1={x} x2={x + length} y1={middle} y2={middle} />
          ))}
          {spans.map(({ span, row, x, width: length }) => (
            <g className="span" data-interrupted={span.interrupted} data-lane={span.lane} key={span.id}>
              <title>{`${LANE_NAMES[span.lane]}: ${span.label}`}</title>
              <rect height={BAR_PX} rx="6" width={length} x={x} y={laneY(span.lane, row)} />
              {length > LABEL_FROM_PX && (
                <svg height={BAR_PX} width={length - 8} x={x} y={laneY(span.lane, row)}>
                  <text x="9" y={BAR_PX / 2 + 4}>
                    {span.label}
                  </text>
                </svg>
              )}
            </g>
          ))}
          {marks.map(({ mark, x, isOver }) => (
            <g className="mark" data-kind={mark.kind} key={mark.id}>
              <title>{mark.label}</title>
              {mark.kind === 'typed' ? (
                <circle cx={x} cy={laneY('user') + (isOver ? 0 : BAR_PX / 2)} r="5" />
              ) : (
                <>
                  <line x1={x} x2={x} y1={RULER_PX} y2={height - 4} />
                  <path d={`M${x - 5} ${RULER_PX - 2}h10l-5 7z`} />
                </>
              )}
            </g>
          ))}
          {waits.map(({ id, x, width: length, label }) => (
            <text className="wait-label" key={id} x={x + length} y={laneY('assistant') - 4}>
              {label}
            </text>
          ))}
        </svg>
      </div>
    </div>
  );
}

interface TimelinePictureProps {
  timeline: Timeline;
  /** Until when the picture goes, in milliseconds. */
  endMs: number;
  pxPerSecond: number;
}
