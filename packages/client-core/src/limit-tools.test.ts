import { setImmediate as settle } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { limitTools } from './limit-tools.ts';
import type { RealtimeTool, ToolContext } from './realtime-tool.ts';

/** A tool whose calls end when the test says so. */
function newTool(): { tool: RealtimeTool; begun: unknown[]; end: (call: number) => void } {
  const ends: (() => void)[] = [];
  const begun: unknown[] = [];
  const tool: RealtimeTool = {
    name: 'wait',
    description: 'Waits.',
    parameters: { type: 'object' },
    execute: ({ call }) => {
      begun.push(call);
      return new Promise((resolve) => ends.push(() => resolve(`done ${String(call)}`)));
    },
  };
  return { tool, begun, end: (call) => ends[call]?.() };
}

const context: ToolContext = { callId: 'c1', name: 'wait', arguments: '{}', signal: new AbortController().signal };

test('[CL27] so many calls run, so many wait their turn, and the model is told of the rest', async () => {
  const { tool, begun, end } = newTool();
  const [limited] = limitTools([tool], { maxRunning: 2, maxWaiting: 2 });
  const results = [0, 1, 2, 3].map(async (call) => limited?.execute?.({ call }, context));
  await expect(limited?.execute?.({ call: 4 }, context)).rejects.toThrow('Too many calls wait. Ask for less at once.');
  expect(begun).toEqual([0, 1]);
  end(1);
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  end(2);
  await settle();
  expect(begun).toEqual([0, 1, 2, 3]);
  for (const call of [0, 3]) end(call);
  expect(await Promise.all(results)).toEqual(['done 0', 'done 1', 'done 2', 'done 3']);
});

test('[CL27] a call that fails leaves its place to the next', async () => {
  const failing: RealtimeTool = {
    ...newTool().tool,
    execute: () => {
      throw new Error('Closed today.');
    },
  };
  const [limited] = limitTools([failing], { maxRunning: 1, maxWaiting: 1 });
  for (let call = 0; call < 5; call += 1) {
    await expect(limited?.execute?.({}, context)).rejects.toThrow('Closed today.');
  }
});

test('[CL27] tools share the limit, and one that the application answers is as it was', async () => {
  const first = newTool();
  const second = newTool();
  const silent: RealtimeTool = { name: 'ask', description: 'Asks.', parameters: { type: 'object' } };
  const limited = limitTools([first.tool, second.tool, silent], { maxRunning: 1, maxWaiting: 1 });
  void limited[0]?.execute?.({ call: 0 }, context);
  void limited[1]?.execute?.({ call: 1 }, context);
  await settle();
  expect([first.begun, second.begun, limited[2]]).toEqual([[0], [], silent]);
});

test('[CL27, CL2] what waits when the session ends is not begun', async () => {
  const { tool, begun, end } = newTool();
  const session = new AbortController();
  const [limited] = limitTools([tool], { maxRunning: 1, maxWaiting: 1 });
  const [, second] = [0, 1].map(async (call) => limited?.execute?.({ call }, { ...context, signal: session.signal }));
  await settle();
  session.abort(new Error('over'));
  end(0);
  await expect(second).rejects.toThrow('over');
  expect(begun).toEqual([0]);
});
