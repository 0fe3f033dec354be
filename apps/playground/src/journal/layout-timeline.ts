import { formatDuration } from '../call/format.ts';
import { timelineEndMs, type Lane, type Timeline, type TimelineMark, type TimelineSpan } from './timeline.ts';

/** A span or a wait with its place in the picture, in pixels. */
export interface Bar {
  readonly x: number;
  readonly width: number;
}

/** Where everything of a timeline goes. */
export interface TimelineLayout {
  readonly width: number;
  /** `row` counts from the lane's top, 0 first: what goes on at the same time stands in rows of its own. */
  readonly spans: readonly (Bar & { readonly span: TimelineSpan; readonly row: number })[];
  /** How many rows each lane has, 1 at least. */
  readonly rows: Readonly<Record<Lane, number>>;
  /** `label` is empty where it would run into the one before. */
  readonly waits: readonly (Bar & { readonly label: string; readonly id: string })[];
  /** `isOver` is true of a typed message on top of something that was said. */
  readonly marks: readonly { readonly x: number; readonly mark: TimelineMark; readonly isOver: boolean }[];
  readonly ticks: readonly { readonly x: number; readonly seconds: number }[];
}

/** The lanes from top to bottom. */
export const LANES: readonly Lane[] = ['user', 'assistant', 'tools'];

const MIN_WIDTH_PX = 4;
/** So that the last mark is not cut in half. */
const END_SPACE_PX = 16;
const TICK_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300];
const TICK_DISTANCE_PX = 70;
/** More tools at once than this are drawn over each other. */
const MOST_ROWS = 4;
/** A figure of a wait's label, generously; they are 10.5 px high. */
const CHAR_PX = 6.5;
const LABEL_GAP_PX = 6;

/**
 * Lays out a timeline.
 * @param nowMs - Until when what goes on is drawn.
 * @param pxPerSecond - The scale.
 * @param minWidth - Width of the picture at the least, in pixels.
 */
export function layoutTimeline(
  timeline: Timeline,
  { nowMs, pxPerSecond, minWidth }: { nowMs: number; pxPerSecond: number; minWidth: number },
): TimelineLayout {
  const toX = (ms: number) => Math.round((ms / 1000) * pxPerSecond * 10) / 10;
  const toBar = (fromMs: number, toMs: number) => ({
    x: toX(fromMs),
    width: Math.max(MIN_WIDTH_PX, toX(toMs) - toX(fromMs)),
  });
  const width = Math.max(minWidth, Math.ceil(toX(timelineEndMs(timeline, nowMs))) + END_SPACE_PX);
  const step = TICK_SECONDS.find((seconds) => seconds * pxPerSecond >= TICK_DISTANCE_PX) ?? 600;
  const ticks = Array.from({ length: Math.floor(width / pxPerSecond / step) + 1 }, (_, index) => ({
    x: index * step * pxPerSecond,
    seconds: index * step,
  }));
  const rowOf = chooseRows(timeline.spans);
  const rows = { user: 1, assistant: 1, tools: 1 };
  for (const [{ lane }, row] of rowOf) rows[lane] = Math.max(rows[lane], row + 1);
  const wasSaidAt = (ms: number) =>
    timeline.spans.some(({ lane, startMs, endMs }) => lane === 'user' && startMs <= ms && ms <= (endMs ?? nowMs));
  let freeFromPx = -Infinity;
  return {
    width,
    spans: timeline.spans.map((span) => ({
      span,
      row: rowOf.get(span) ?? 0,
      ...toBar(span.startMs, span.endMs ?? nowMs),
    })),
    rows,
    waits: timeline.latencies.map(({ fromMs, toMs }) => {
      const bar = toBar(fromMs, toMs);
      const text = formatDuration(toMs - fromMs);
      const label = bar.x + bar.width < freeFromPx ? '' : text;
      if (label !== '') freeFromPx = bar.x + bar.width + text.length * CHAR_PX + LABEL_GAP_PX;
      return { id: `${fromMs}`, label, ...bar };
    }),
    marks: timeline.marks.map((mark) => ({
      mark,
      x: toX(mark.atMs),
      isOver: mark.kind === 'typed' && wasSaidAt(mark.atMs),
    })),
    ticks,
  };
}

/** Puts each span into the first row of its lane that is free. */
function chooseRows(spans: readonly TimelineSpan[]): ReadonlyMap<TimelineSpan, number> {
  const chosen = new Map<TimelineSpan, number>();
  /** Until when each row of a lane is taken. */
  const takenUntilMs: Record<Lane, number[]> = { user: [], assistant: [], tools: [] };
  for (const span of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    const taken = takenUntilMs[span.lane];
    const free = taken.findIndex((untilMs) => untilMs <= span.startMs);
    const row = free >= 0 ? free : Math.min(taken.length, MOST_ROWS - 1);
    taken[row] = Math.max(taken[row] ?? 0, span.endMs ?? Infinity);
    chosen.set(span, row);
  }
  return chosen;
}
