import type {
  CodecOutput,
  CommandOutput,
  ConnectionEnd,
  DialPlan,
  ProviderAudio,
  ProviderFrame,
  RealtimeAdapter,
  SessionCommand,
  SessionConfig,
  SessionEvent,
} from '@speko/adapter';

/** A codec or an engine behind one face, so that drivers and checks need not care which it is. */
export interface ProviderMachine {
  readonly audio: ProviderAudio;
  /** Absent for an engine. */
  readonly plan?: DialPlan;
  start(nowMs: number): CodecOutput;
  decode(frame: ProviderFrame, nowMs: number): CodecOutput;
  appendAudio(pcm: Uint8Array, nowMs: number): CodecOutput;
  handle(command: SessionCommand, nowMs: number): CommandOutput;
  readonly wakeAtMs: number | undefined;
  wake(nowMs: number): CodecOutput;
  close(end: ConnectionEnd, nowMs: number): readonly SessionEvent[];
}

/** @throws AdapterError `BAD_OPTIONS` from `plan` */
export function createMachine<Options>(
  adapter: RealtimeAdapter<Options>,
  config: SessionConfig,
  options: Options,
): ProviderMachine {
  if (adapter.kind === 'dialed') {
    const plan = adapter.plan(config, options);
    const codec = adapter.createCodec(config, options);
    return {
      audio: plan.audio,
      plan,
      start: (nowMs) => codec.hello(nowMs),
      decode: (frame, nowMs) => codec.decode(frame, nowMs),
      appendAudio: (pcm, nowMs) => ({ events: [], frames: codec.appendAudio(pcm, nowMs) }),
      handle: (command, nowMs) => codec.encode(command, nowMs),
      get wakeAtMs() {
        return codec.wakeAtMs;
      },
      wake: (nowMs) => codec.wake(nowMs),
      close: (end, nowMs) => codec.close(end, nowMs),
    };
  }
  const audio = adapter.audio(config, options);
  const engine = adapter.createEngine(config, options);
  return {
    audio,
    start: (nowMs) => onlyEvents(engine.start(nowMs)),
    decode: () => onlyEvents([]),
    appendAudio: (pcm, nowMs) => onlyEvents(engine.appendAudio(pcm, nowMs)),
    handle(command, nowMs) {
      const output = engine.handle(command, nowMs);
      return output.type === 'ok' ? { type: 'ok', events: output.events, frames: [] } : output;
    },
    get wakeAtMs() {
      return engine.wakeAtMs;
    },
    wake: (nowMs) => onlyEvents(engine.wake(nowMs)),
    close: () => [],
  };
}

function onlyEvents(events: readonly SessionEvent[]): CodecOutput {
  return { events, frames: [] };
}
