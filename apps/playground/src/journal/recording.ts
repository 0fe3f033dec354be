import type { HeardTurn } from './heard-turns.ts';
import { createWav } from './wav.ts';

/** Sample rate the page asks for in both directions, and the one of the recording, in Hz. */
export const SAMPLE_RATE = 24_000;

const BYTES_PER_MS = (SAMPLE_RATE / 1000) * 2;
/** A chunk this far from where the previous one ended begins anew: the microphone was closed in between. */
const USER_GAP_MS = 150;

interface UserRun {
  readonly startMs: number;
  bytes: number;
  readonly chunks: Uint8Array[];
}

/** Recording of both sides: the user at the left, the assistant, as heard, at the right. */
export interface Recording {
  /** A chunk of the user's audio, PCM16 at {@link SAMPLE_RATE}, whose last sample is from now. */
  addUser(atMs: number, pcm: Uint8Array): void;
  /** Audio of an assistant turn, as it came: earlier than it is heard. */
  addAssistant(turn: string, pcm: Uint8Array): void;
  /** Whether the limit was reached, so that what came later is missing. */
  full(): boolean;
  /** A WAV file in stereo. */
  toWav(heard: readonly HeardTurn[]): Uint8Array<ArrayBuffer>;
}

/** @param limitMs - How much is kept of either side, in milliseconds; the rest is left out. */
export function createRecording(limitMs = 30 * 60_000): Recording {
  const userRuns: UserRun[] = [];
  const assistant = new Map<string, Uint8Array[]>();
  const limitBytes = limitMs * BYTES_PER_MS;
  let userBytes = 0;
  let assistantBytes = 0;

  return {
    addUser(atMs, pcm) {
      userBytes += pcm.byteLength;
      if (userBytes > limitBytes) return;
      const startMs = Math.max(0, atMs - pcm.byteLength / BYTES_PER_MS);
      let run = userRuns.at(-1);
      if (!run || Math.abs(run.startMs + run.bytes / BYTES_PER_MS - startMs) > USER_GAP_MS) {
        run = { startMs, bytes: 0, chunks: [] };
        userRuns.push(run);
      }
      run.bytes += pcm.byteLength;
      run.chunks.push(pcm);
    },
    addAssistant(turn, pcm) {
      assistantBytes += pcm.byteLength;
      if (assistantBytes > limitBytes) return;
      const chunks = assistant.get(turn);
      if (chunks) chunks.push(pcm);
      else assistant.set(turn, [pcm]);
    },
    full: () => Math.max(userBytes, assistantBytes) > limitBytes,
    toWav(heard) {
      const parts = [
        ...userRuns.map(({ startMs, bytes, chunks }) => ({ channel: 0, startMs, bytes, chunks })),
        ...heard.map((turn) => {
          const chunks = assistant.get(turn.turn) ?? [];
          const received = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
          const playedMs = turn.playedMs ?? (turn.endMs === undefined ? Infinity : turn.endMs - turn.startMs);
          return { channel: 1, startMs: turn.startMs, bytes: Math.min(received, playedMs * BYTES_PER_MS), chunks };
        }),
      ].map(({ channel, startMs, bytes, chunks }) => ({
        channel,
        first: Math.round((startMs / 1000) * SAMPLE_RATE),
        samples: Math.floor(bytes / 2),
        chunks,
      }));
      const frames = Math.max(0, ...parts.map(({ first, samples }) => first + samples));
      const { file, data } = createWav({ channels: 2, sampleRate: SAMPLE_RATE, frames });
      for (const { channel, first, samples, chunks } of parts) {
        let written = 0;
        for (const chunk of chunks) {
          const source = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
          for (let at = 0; at + 1 < chunk.byteLength && written < samples; at += 2, written += 1) {
            data.setInt16((first + written) * 4 + channel * 2, source.getInt16(at, true), true);
          }
        }
      }
      return file;
    },
  };
}
