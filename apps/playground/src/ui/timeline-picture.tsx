import { useStickToEnd } from '../call/use-stick-to-end.ts';
import { formatClock, formatDuration } from '../call/format.ts';
import { useWidth } from '../call/use-width.ts';
import { LANES, layoutTimeline } from '../journal/layout-timeline.ts';
import type { Timeline } from '../journal/timeline.ts';

const RULER_PX = 22;
const LANE_PX = 40;
const BAR_PX = 26;
const HEIGHT_PX = RULER_PX + LANES.length * LANE_PX + 4;
/** Narrower bars have no room for a word. */
const LABEL_FROM_PX = 48;
const LANE_NAMES = { user: 'You', assistant: 'Assistant', tools: 'Tools' } as const;

const laneY = (lane: (typeof LANES)[number]) => RULER_PX + LANES.indexOf(lane) * LANE_PX + (LANE_PX - BAR_PX) / 2;

/** Who spoke when, drawn to scale. */
export function TimelinePicture({ timeline, endMs, pxPerSecond }: TimelinePictureProps) {
  const scroller = useStickToEnd<HTMLDivElement>();
  const minWidth = useWidth(scroller);
  const { width, spans, waits, marks, ticks } = layoutTimeline(timeline, { nowMs: endMs, pxPerSecond, minWidth });
  const middle = laneY('assistant') + BAR_PX / 2;

  return (
    <div className="timeline-frame">
      <div aria-hidden="true" className="lane-names">
        {LANES.map((lane) => (
          <span key={lane}>{LANE_NAMES[lane]}</span>
        ))}
      </div>
      <div aria-label="Timeline, scrollable" className="timeline-scroller" ref={scroller} role="region" tabIndex={0}>
        <svg
          aria-label={`Timeline of ${formatDuration(endMs)}: ${spans.length} stretches of speech and tool calls, ${timeline.marks.length} events. The table below tells them one by one.`}
          height={HEIGHT_PX}
          role="img"
          width={width}
        >
          {ticks.map(({ x, seconds }) => (
            <g className="tick" key={seconds}>
              <line x1={x + 0.5} x2={x + 0.5} y1={RULER_PX - 4} y2={HEIGHT_PX} />
              <text x={x + 4} y={14}>
                {formatClock(seconds * 1000)}
              </text>
            </g>
          ))}
          {waits.map(({ id, x, width: length, ms }) => (
            <g className="wait" key={id}>
              <line x1={x} x2={x + length} y1={middle} y2={middle} />
              <text x={x + length} y={laneY('assistant') - 4}>
                {formatDuration(ms)}
              </text>
            </g>
          ))}
          {spans.map(({ span, x, width: length }) => (
            <g className="span" data-interrupted={span.interrupted} data-lane={span.lane} key={span.id}>
              <title>{`${LANE_NAMES[span.lane]}: ${span.label}`}</title>
              <rect height={BAR_PX} rx="6" width={length} x={x} y={laneY(span.lane)} />
              {length > LABEL_FROM_PX && (
                <svg height={BAR_PX} width={length - 8} x={x} y={laneY(span.lane)}>
                  <text x="9" y={BAR_PX / 2 + 4}>
                    {span.label}
                  </text>
                </svg>
              )}
            </g>
          ))}
          {marks.map(({ mark, x }) => (
            <g className="mark" data-kind={mark.kind} key={mark.id}>
              <title>{mark.label}</title>
              {mark.kind === 'typed' ? (
                <circle cx={x} cy={laneY('user') + BAR_PX / 2} r="5" />
              ) : (
                <>
                  <line x1={x} x2={x} y1={RULER_PX} y2={HEIGHT_PX - 4} />
                  <path d={`M${x - 5} ${RULER_PX - 2}h10l-5 7z`} />
                </>
              )}
            </g>
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
