import type { ProviderFrame } from '@speko/adapter';
import type { ProviderSimulator, SimulatedConnection, SimulatorOutput } from '@speko/simulator-kit';

type End = NonNullable<SimulatorOutput['end']>;

/** What happens then: a message more, the end of the connection, or nothing any more. */
export type Interjection = ProviderFrame | End | { readonly type: 'silence' };

/**
 * A simulated vendor whose first connection goes wrong right after a message that `isMoment` picks: a go-away at exactly
 * the wrong time, say, or a cut.
 */
export function interjecting(
  simulator: ProviderSimulator,
  isMoment: (message: string) => boolean,
  interjection: Interjection,
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
  interjection: Interjection,
): SimulatedConnection {
  let isDone = false;
  const around = (output: SimulatorOutput): SimulatorOutput => {
    if (isDone && isEnd(interjection)) return { frames: [] };
    const at = isDone ? -1 : output.frames.findIndex((frame) => isMoment(textOf(frame)));
    if (at === -1) return output;
    isDone = true;
    const before = output.frames.slice(0, at + 1);
    if (isEnd(interjection))
      return { frames: before, ...(interjection.type === 'silence' ? {} : { end: interjection }) };
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

function isEnd(interjection: Interjection): interjection is Exclude<Interjection, ProviderFrame> {
  return typeof interjection === 'object' && 'type' in interjection;
}

function textOf(frame: ProviderFrame): string {
  return typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
}
