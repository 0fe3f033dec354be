/** Which way a frame went, seen from the page. */
export type Direction = 'received' | 'sent';

/** Audio of one direction that no other frame of that direction came between, pings aside. */
export interface AudioRun {
  readonly frames: number;
  readonly bytes: number;
  /** How long the audio lasts, in milliseconds. */
  readonly audioMs: number;
  /** When its last frame passed. */
  readonly untilMs: number;
}

/** One row of the frame log: a frame, or a run of audio. */
export interface LogEntry {
  /** Rises by one with every row of the call. */
  readonly id: number;
  /** Milliseconds since the call was started. */
  readonly atMs: number;
  readonly direction: Direction;
  /** `type` of a frame that came, `t` of one that was sent. */
  readonly kind: string;
  /** The frame as JSON; empty for audio. */
  readonly json: string;
  readonly audio: AudioRun | undefined;
}

/** Everything that passed between page and gateway, the oldest rows dropped beyond a limit. */
export interface FrameLog {
  addFrame(atMs: number, direction: Direction, kind: string, frame: object): void;
  addAudio(atMs: number, direction: Direction, bytes: number, sampleRate: number): void;
  /** A new array after every change; rows that did not change stay the same objects. */
  entries(): readonly LogEntry[];
  /** How many of the oldest rows were dropped. */
  dropped(): number;
}

const RUN_GAP_MS = 1000;
const BYTES_PER_SAMPLE = 2;

export function createFrameLog(limit = 5000): FrameLog {
  const rows: LogEntry[] = [];
  let copy: readonly LogEntry[] | undefined;
  let nextId = 1;
  /** Ids of the runs that further audio may still join. */
  const open: Partial<Record<Direction, number>> = {};

  const dropped = () => nextId - 1 - rows.length;

  function add(row: Omit<LogEntry, 'id'>): number {
    rows.push({ id: nextId, ...row });
    if (rows.length > limit) rows.shift();
    copy = undefined;
    return nextId++;
  }

  return {
    addFrame(atMs, direction, kind, frame) {
      if (kind !== 'ping' && kind !== 'pong') delete open[direction];
      add({ atMs, direction, kind, json: JSON.stringify(frame), audio: undefined });
    },
    addAudio(atMs, direction, bytes, sampleRate) {
      const audioMs = (bytes / BYTES_PER_SAMPLE / sampleRate) * 1000;
      const index = (open[direction] ?? 0) - 1 - dropped();
      const row = rows[index];
      if (!row?.audio || atMs - row.audio.untilMs > RUN_GAP_MS) {
        const audio = { frames: 1, bytes, audioMs, untilMs: atMs };
        open[direction] = add({ atMs, direction, kind: 'audio', json: '', audio });
        return;
      }
      const { audio } = row;
      rows[index] = {
        ...row,
        audio: {
          frames: audio.frames + 1,
          bytes: audio.bytes + bytes,
          audioMs: audio.audioMs + audioMs,
          untilMs: atMs,
        },
      };
      copy = undefined;
    },
    entries: () => (copy ??= [...rows]),
    dropped,
  };
}
