import type { HeardTurn } from './heard-turns.ts';
import type { Latency } from './latency-meter.ts';

export type Lane = 'user' | 'assistant' | 'tools';

/** Something that lasted, on one lane. Times are milliseconds since the call was started. */
export interface TimelineSpan {
  readonly id: string;
  readonly lane: Lane;
  readonly startMs: number;
  /** `undefined` while it goes on. */
  readonly endMs: number | undefined;
  /** The words, or the tool's name. */
  readonly label: string;
  readonly interrupted: boolean;
  readonly failed: boolean;
}

/** Something that happened at one moment. */
export interface TimelineMark {
  readonly id: string;
  readonly kind: 'interruption' | 'typed' | 'error' | 'reconnected';
  readonly atMs: number;
  readonly label: string;
}

/** The course of a call, to be drawn or read out. */
export interface Timeline {
  readonly spans: readonly TimelineSpan[];
  readonly marks: readonly TimelineMark[];
  readonly latencies: readonly Latency[];
}

export const EMPTY_TIMELINE: Timeline = { spans: [], marks: [], latencies: [] };

/** Collects the user's and the tools' spans and the marks; what the assistant said is laid over them from what was heard. */
export interface TimelineBuilder {
  openSpan(lane: 'user' | 'tools', key: string, atMs: number, label?: string): void;
  closeSpan(lane: 'user' | 'tools', key: string, atMs: number, failed?: boolean): void;
  /** The text of a turn, of either side; a later text replaces an earlier one. */
  setText(turn: string, text: string): void;
  mark(kind: TimelineMark['kind'], atMs: number, label: string): void;
  /** Nothing that is open goes on: the call ended or was connected anew. */
  closeAll(atMs: number): void;
  build(heard: readonly HeardTurn[], latencies: readonly Latency[]): Timeline;
}

export function createTimelineBuilder(): TimelineBuilder {
  const spans: TimelineSpan[] = [];
  const marks: TimelineMark[] = [];
  const texts = new Map<string, string>();
  const indexOf = (id: string) => spans.findIndex((span) => span.id === id);

  return {
    openSpan(lane, key, atMs, label = '') {
      const id = `${lane}:${key}`;
      if (indexOf(id) >= 0) return;
      spans.push({ id, lane, startMs: atMs, endMs: undefined, label, interrupted: false, failed: false });
    },
    closeSpan(lane, key, atMs, failed = false) {
      const index = indexOf(`${lane}:${key}`);
      const span = spans[index];
      if (span && span.endMs === undefined) spans[index] = { ...span, endMs: atMs, failed };
    },
    setText(turn, text) {
      texts.set(turn, text);
    },
    mark(kind, atMs, label) {
      marks.push({ id: `mark:${marks.length}`, kind, atMs, label });
    },
    closeAll(atMs) {
      spans.forEach((span, index) => {
        if (span.endMs === undefined) spans[index] = { ...span, endMs: atMs };
      });
    },
    build(heard, latencies) {
      const said = heard.map(({ turn, startMs, endMs, interrupted }): TimelineSpan => ({
        id: `assistant:${turn}`,
        lane: 'assistant',
        startMs,
        endMs,
        label: texts.get(turn) ?? '',
        interrupted,
        failed: false,
      }));
      const own = spans.map((span) =>
        span.lane === 'user' ? { ...span, label: texts.get(span.id.slice('user:'.length)) ?? span.label } : span,
      );
      return { spans: [...own, ...said], marks: [...marks], latencies };
    },
  };
}

/** When the last thing ended, in milliseconds; what goes on lasts until `nowMs`. */
export function timelineEndMs({ spans, marks }: Timeline, nowMs: number): number {
  return Math.max(0, ...spans.map((span) => span.endMs ?? nowMs), ...marks.map((mark) => mark.atMs));
}
