import { timelineEndMs, type Lane, type Timeline, type TimelineMark, type TimelineSpan } from './timeline.ts';

/** A span or a wait with its place in the picture, in pixels. */
export interface Bar {
  readonly x: number;
  readonly width: number;
}

/** Where everything of a timeline goes. */
export interface TimelineLayout {
  readonly width: number;
  readonly spans: readonly (Bar & { readonly span: TimelineSpan })[];
  readonly waits: readonly (Bar & { readonly ms: number; readonly id: string })[];
  readonly marks: readonly { readonly x: number; readonly mark: TimelineMark }[];
  readonly ticks: readonly { readonly x: number; readonly seconds: number }[];
}

/** The lanes from top to bottom. */
export const LANES: readonly Lane[] = ['user', 'assistant', 'tools'];

const MIN_WIDTH_PX = 4;
/** So that the last mark is not cut in half. */
const END_SPACE_PX = 16;
const TICK_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300];
const TICK_DISTANCE_PX = 70;

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
  return {
    width,
    spans: timeline.spans.map((span) => ({ span, ...toBar(span.startMs, span.endMs ?? nowMs) })),
    waits: timeline.latencies.map(({ fromMs, toMs }) => ({
      id: `${fromMs}`,
      ms: toMs - fromMs,
      ...toBar(fromMs, toMs),
    })),
    marks: timeline.marks.map((mark) => ({ mark, x: toX(mark.atMs) })),
    ticks,
  };
}
