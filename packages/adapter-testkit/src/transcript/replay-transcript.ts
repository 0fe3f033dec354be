import type { CodecOutput, ProviderFrame, RealtimeAdapter, SessionEvent } from '@speko/adapter';
import { pcmByteLength } from '@speko/audio';
import type { TimedEvent } from '../driver/drive-adapter.ts';
import { createMachine } from '../driver/provider-machine.ts';
import { makeSessionConfig } from '../driver/session-config.ts';
import type { TranscriptLine } from './transcript.ts';

/** Options of a replay. */
export interface ReplayOptions<Options> {
  readonly adapter: RealtimeAdapter<Options>;
  /** The operator's options, as `parseOptions` takes them. @defaultValue `{}` */
  readonly options?: unknown;
  readonly transcript: readonly TranscriptLine[];
  /** How text frames reach the codec. @defaultValue 'string' */
  readonly textFramesAs?: 'string' | 'bytes';
}

/** Result of a replay. */
export interface Replay {
  readonly timeline: readonly TimedEvent[];
  readonly events: readonly SessionEvent[];
  /** The adapter's message. */
  readonly frames: readonly ProviderFrame[];
}

/** Plays a recorded session into a fresh codec at the recorded times. No simulator, no socket, no real time. */
export function replayTranscript<Options>(options: ReplayOptions<Options>): Replay {
  const { adapter, transcript, textFramesAs = 'string' } = options;
  const [first] = transcript;
  const config = makeSessionConfig(adapter, first?.dir === 'config' ? first.config : {});
  const machine = createMachine(adapter, config, adapter.parseOptions(options.options ?? {}));
  const timeline: TimedEvent[] = [];
  const frames: ProviderFrame[] = [];
  const keep = (output: CodecOutput, atMs: number): void => {
    timeline.push(...output.events.map((event) => ({ atMs, event })));
    frames.push(...output.frames);
  };
  const wakeUntil = (untilMs: number): void => {
    let lastMs = -Infinity;
    while (machine.wakeAtMs !== undefined && machine.wakeAtMs <= untilMs && machine.wakeAtMs > lastMs) {
      lastMs = machine.wakeAtMs;
      keep(machine.wake(lastMs), lastMs);
    }
  };

  keep(machine.start(0), 0);
  for (const line of transcript) {
    if (line.dir === 'config' || line.dir === 'out') continue;
    wakeUntil(line.atMs);
    if ('frame' in line) {
      const asBytes = typeof line.frame === 'string' && textFramesAs === 'bytes';
      keep(machine.decode(asBytes ? new TextEncoder().encode(line.frame as string) : line.frame, line.atMs), line.atMs);
    } else if ('command' in line) {
      const output = machine.handle(line.command, line.atMs);
      if (output.type === 'ok') keep(output, line.atMs);
    } else {
      const pcm = new Uint8Array(pcmByteLength(line.audioMs, machine.audio.inputSampleRateHz));
      if (pcm.byteLength > 0) keep(machine.appendAudio(pcm, line.atMs), line.atMs);
    }
  }
  return { timeline, frames, events: timeline.map(({ event }) => event) };
}
