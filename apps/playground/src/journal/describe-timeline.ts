import type { Timeline } from './timeline.ts';

/** One row of the timeline told in words. */
export interface TimelineRow {
  readonly id: string;
  readonly atMs: number;
  /** `undefined` for a moment, and for what still goes on. */
  readonly lastedMs: number | undefined;
  readonly who: string;
  readonly what: string;
}

const WHO = { user: 'You', assistant: 'Assistant', tools: 'Tool' } as const;
const MARK_WHO = { interruption: 'Assistant', typed: 'You', error: 'Gateway', reconnected: 'Page' } as const;

/** The timeline as rows in order of time: what the picture shows, for those who do not see it. */
export function describeTimeline({ spans, marks, latencies }: Timeline): readonly TimelineRow[] {
  return [
    ...spans.map((span) => ({
      id: span.id,
      atMs: span.startMs,
      lastedMs: span.endMs === undefined ? undefined : span.endMs - span.startMs,
      who: WHO[span.lane],
      what:
        (span.lane === 'tools' ? `ran ${span.label}` : `spoke${span.label ? `: ${span.label}` : ''}`) +
        (span.interrupted ? ', interrupted' : '') +
        (span.failed ? ', failed' : '') +
        (span.endMs === undefined ? ' (goes on)' : ''),
    })),
    ...marks.map((mark) => ({
      id: mark.id,
      atMs: mark.atMs,
      lastedMs: undefined,
      who: MARK_WHO[mark.kind],
      what: mark.kind === 'typed' ? `typed: ${mark.label}` : mark.label,
    })),
    ...latencies.map(({ fromMs, toMs }) => ({
      id: `wait:${fromMs}`,
      atMs: fromMs,
      lastedMs: toMs - fromMs,
      who: 'Assistant',
      what: 'took this long to the first sound',
    })),
  ].toSorted((a, b) => a.atMs - b.atMs);
}
