import { Fifo } from './fifo.ts';
import type { RealtimeTool } from './realtime-tool.ts';

/** How many calls of tools there may be. */
export interface ToolLimits {
  /** Most that run at once. */
  readonly maxRunning: number;
  /** Most that wait for one of these to end. */
  readonly maxWaiting: number;
}

/**
 * The same tools, of which so many calls run at once, all tools together. Further ones wait their turn, and beyond that a call
 * throws, which is what the model is told.
 */
export function limitTools(tools: readonly RealtimeTool[], { maxRunning, maxWaiting }: ToolLimits): RealtimeTool[] {
  const waiting = new Fifo<() => void>();
  let running = 0;

  async function enter(): Promise<void> {
    if (running < maxRunning) {
      running += 1;
      return;
    }
    if (waiting.length >= maxWaiting) throw new Error('Too many calls wait. Ask for less at once.');
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  /** A waiting call takes the place of the one that leaves. */
  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return tools.map((tool) => {
    if (tool.execute === undefined) return tool;
    const { name, description, parameters } = tool;
    return {
      name,
      description,
      parameters,
      async execute(args, context) {
        await enter();
        try {
          // The result of a call that began now would be lost.
          context.signal.throwIfAborted();
          return await tool.execute?.(args, context);
        } finally {
          leave();
        }
      },
    };
  });
}
