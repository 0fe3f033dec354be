import type { ProviderFrame } from '@speko/adapter';
import type { ProviderSimulator, SimulatedConnection, SimulatorOutput } from '@speko/simulator-kit';

/** Fate of a frame in transit. */
export type FrameChange = (frame: ProviderFrame) => ProviderFrame;

/** A simulator behind something that changes what it sends. */
export function tamper(
  simulator: ProviderSimulator | undefined,
  { toAdapter }: { readonly toAdapter: FrameChange },
): ProviderSimulator {
  if (simulator === undefined) throw new Error('A dialled adapter needs its simulator.');
  const changed = (output: SimulatorOutput): SimulatorOutput => ({ ...output, frames: output.frames.map(toAdapter) });
  return {
    id: simulator.id,
    upgrade: (request) => simulator.upgrade(request),
    connect(request, nowMs) {
      const connection = simulator.connect(request, nowMs);
      const tampered: SimulatedConnection = {
        open: (atMs) => changed(connection.open(atMs)),
        receive: (frame, atMs) => changed(connection.receive(frame, atMs)),
        get wakeAtMs() {
          return connection.wakeAtMs;
        },
        wake: (atMs) => changed(connection.wake(atMs)),
        closed: (atMs) => connection.closed?.(atMs),
      };
      return tampered;
    },
  };
}

/** Changes the strings inside a JSON frame; anything else goes through as it is. */
export function mapStrings(change: (text: string) => string): FrameChange {
  return mapValues((value) => {
    if (typeof value !== 'string') return undefined;
    const changed = change(value);
    return changed === value ? undefined : { text: JSON.stringify(changed) };
  });
}

/** Puts JSON text in the place of values inside a JSON frame; `undefined` leaves a value, and looks into it. */
export function mapValues(change: (value: unknown) => { readonly text: string } | undefined): FrameChange {
  return (frame) => {
    let value: unknown;
    try {
      value = JSON.parse(typeof frame === 'string' ? frame : new TextDecoder().decode(frame));
    } catch {
      return frame;
    }
    const text = write(value, change);
    return typeof frame === 'string' ? text : new TextEncoder().encode(text);
  };
}

/** `JSON.stringify`, with values replaced by text that it could not write, such as a large integer. */
function write(value: unknown, change: (value: unknown) => { readonly text: string } | undefined): string {
  const changed = change(value);
  if (changed !== undefined) return changed.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each) => write(each, change)).join(',')}]`;
  const fields = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${write(each, change)}`);
  return `{${fields.join(',')}}`;
}
