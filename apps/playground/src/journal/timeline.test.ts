import { expect, test } from 'vitest';
import { describeTimeline } from './describe-timeline.ts';
import { layoutTimeline } from './layout-timeline.ts';
import { createTimelineBuilder, EMPTY_TIMELINE, timelineEndMs } from './timeline.ts';

function exampleTimeline() {
  const builder = createTimelineBuilder();
  builder.openSpan('user', 'u1', 1000);
  builder.closeSpan('user', 'u1', 2000);
  builder.setText('u1', 'What time is it?');
  builder.openSpan('tools', 'call 1', 2100, 'get_time');
  builder.closeSpan('tools', 'call 1', 2200, true);
  builder.setText('a1', 'It is');
  builder.setText('a1', 'It is noon.');
  builder.mark('interruption', 3500, 'Assistant interrupted');
  return builder.build(
    [{ turn: 'a1', startMs: 2500, endMs: 3500, playedMs: 1000, interrupted: true }],
    [{ turn: 'a1', fromMs: 2000, toMs: 2500 }],
  );
}

test('it holds who spoke when, with the last text of each turn, tools and interruptions', () => {
  const { spans, marks, latencies } = exampleTimeline();
  expect(
    spans.map(({ lane, startMs, endMs, label, interrupted, failed }) => [
      lane,
      startMs,
      endMs,
      label,
      interrupted,
      failed,
    ]),
  ).toEqual([
    ['user', 1000, 2000, 'What time is it?', false, false],
    ['tools', 2100, 2200, 'get_time', false, true],
    ['assistant', 2500, 3500, 'It is noon.', true, false],
  ]);
  expect(marks).toEqual([{ id: 'mark:0', kind: 'interruption', atMs: 3500, label: 'Assistant interrupted' }]);
  expect(latencies).toEqual([{ turn: 'a1', fromMs: 2000, toMs: 2500 }]);
});

test('it tells the same in words, in order of time', () => {
  expect(
    describeTimeline(exampleTimeline()).map(({ atMs, lastedMs, who, what }) => [atMs, lastedMs, who, what]),
  ).toEqual([
    [1000, 1000, 'You', 'spoke: What time is it?'],
    [2000, 500, 'Assistant', 'took this long to the first sound'],
    [2100, 100, 'Tool', 'ran get_time, failed'],
    [2500, 1000, 'Assistant', 'spoke: It is noon., interrupted'],
    [3500, undefined, 'Assistant', 'Assistant interrupted'],
  ]);
});

test('what is open when the call ends ends with it', () => {
  const builder = createTimelineBuilder();
  builder.openSpan('user', 'u1', 100);
  expect(builder.build([], []).spans[0]?.endMs).toBeUndefined();
  builder.closeAll(400);
  builder.closeSpan('user', 'u1', 900);
  expect(builder.build([], []).spans[0]?.endMs).toBe(400);
});

test('what was built before does not change afterwards', () => {
  const builder = createTimelineBuilder();
  builder.openSpan('user', 'u1', 100);
  const before = builder.build([], []);
  builder.closeSpan('user', 'u1', 200);
  builder.mark('error', 300, 'No.');
  expect(before).toMatchObject({ spans: [{ endMs: undefined }], marks: [] });
});

test('it lasts until the last thing ended, or until now where something goes on', () => {
  expect(timelineEndMs(EMPTY_TIMELINE, 9000)).toBe(0);
  expect(timelineEndMs(exampleTimeline(), 9000)).toBe(3500);
  const builder = createTimelineBuilder();
  builder.openSpan('user', 'u1', 100);
  expect(timelineEndMs(builder.build([], []), 9000)).toBe(9000);
});

test('the picture is to scale', () => {
  const layout = layoutTimeline(exampleTimeline(), { nowMs: 4000, pxPerSecond: 100, minWidth: 0 });
  expect(layout.spans.map(({ x, width }) => [x, width])).toEqual([
    [100, 100],
    [210, 10],
    [250, 100],
  ]);
  expect(layout.waits).toEqual([{ id: '2000', label: '500 ms', x: 200, width: 50 }]);
  expect(layout.marks.map(({ x }) => x)).toEqual([350]);
  expect(layout.ticks.map(({ x, seconds }) => [x, seconds])).toEqual([
    [0, 0],
    [100, 1],
    [200, 2],
    [300, 3],
  ]);
  expect(layout.width).toBe(366);
});

test('ticks keep their distance at every scale, and short spans can be seen', () => {
  const layout = layoutTimeline(exampleTimeline(), { nowMs: 4000, pxPerSecond: 8, minWidth: 320 });
  expect(layout.width).toBe(320);
  expect(layout.ticks.map(({ seconds }) => seconds)).toEqual([0, 10, 20, 30, 40]);
  expect(layout.spans[1]?.width).toBe(4);
});

test('[UI5] what goes on at the same time stands in rows of its own', () => {
  const builder = createTimelineBuilder();
  for (const [key, fromMs, toMs] of [
    ['a', 0, 1000],
    ['b', 100, 300],
    ['c', 300, 1500],
    ['d', 400, 600],
    ['e', 450, 600],
    ['f', 500, 600],
    ['g', 1000, 1100],
  ] as const) {
    builder.openSpan('tools', key, fromMs);
    builder.closeSpan('tools', key, toMs);
  }
  builder.openSpan('user', 'u1', 0);
  const { spans, rows } = layoutTimeline(builder.build([], []), { nowMs: 2000, pxPerSecond: 50, minWidth: 0 });
  expect(spans.map(({ span, row }) => `${span.id} ${row}`)).toEqual([
    'tools:a 0',
    'tools:b 1',
    'tools:c 1',
    'tools:d 2',
    'tools:e 3',
    'tools:f 3',
    'tools:g 0',
    'user:u1 0',
  ]);
  expect(rows).toEqual({ user: 1, assistant: 1, tools: 4 });
});

test('[UI5] a label that would run into the one before is left out, and there again when there is room', () => {
  const waits = [
    { fromMs: 900, toMs: 1000 },
    { fromMs: 1400, toMs: 1420 },
    { fromMs: 2200, toMs: 2210 },
  ].map((wait) => ({ turn: undefined, ...wait }));
  const labels = (pxPerSecond: number) =>
    layoutTimeline({ ...EMPTY_TIMELINE, latencies: waits }, { nowMs: 3000, pxPerSecond, minWidth: 0 }).waits.map(
      ({ label }) => label,
    );
  expect(labels(50)).toEqual(['100 ms', '', '10 ms']);
  expect(labels(120)).toEqual(['100 ms', '20 ms', '10 ms']);
});

test('a typed message on top of speech is marked above it', () => {
  const builder = createTimelineBuilder();
  builder.openSpan('user', 'u1', 100);
  builder.closeSpan('user', 'u1', 300);
  for (const atMs of [200, 400]) builder.mark('typed', atMs, 'Hello.');
  builder.mark('interruption', 200, 'Assistant interrupted');
  const { marks } = layoutTimeline(builder.build([], []), { nowMs: 500, pxPerSecond: 50, minWidth: 0 });
  expect(marks.map(({ isOver }) => isOver)).toEqual([true, false, false]);
});
