import type { ProviderFrame } from '@speko/adapter';
import type { ProviderSimulator, SimulatedConnection, SimulatorOutput } from '@speko/adapter-kit';

/**
 * A simulated vendor that says one thing more on its first connection, right after a message that `isMoment` picks: a
 * go-away at exactly the wrong time, or nothing any more: `undefined` cuts the connection there.
 */
export function interjecting(
  simulator: ProviderSimulator,
  isMoment: (message: string) => boolean,
  interjection: ProviderFrame | undefined,
): ProviderSimulator {
  let isFirst = true;
  return {
    id: simulator.id,
    upgrade: (request) => simulator.upgrade(request),
    connect(request, nowMs) {
      const connection = simulator.connect(request, nowMs);
      if (!isFirst) return connection;
      isFirst = false;
      return interject(connection, isMoment, interjection);
    },
  };
}

function interject(
  connection: SimulatedConnection,
  isMoment: (message: string) => boolean,
  interjection: ProviderFrame | undefined,
): SimulatedConnection {
  let isDone = false;
  const around = (output: SimulatorOutput): SimulatorOutput => {
    const at = isDone ? -1 : output.frames.findIndex((frame) => isMoment(textOf(frame)));
    if (at === -1) return output;
    isDone = true;
    const before = output.frames.slice(0, at + 1);
    if (interjection === undefined) return { frames: before, end: { type: 'drop' } };
    return { ...output, frames: [...before, interjection, ...output.frames.slice(at + 1)] };
  };
  return {
    get wakeAtMs() {
      return connection.wakeAtMs;
    },
    open: (nowMs) => around(connection.open(nowMs)),
    receive: (frame, nowMs) => around(connection.receive(frame, nowMs)),
    wake: (nowMs) => around(connection.wake(nowMs)),
    closed: (nowMs) => connection.closed?.(nowMs),
  };
}

function textOf(frame: ProviderFrame): string {
  return typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
}
