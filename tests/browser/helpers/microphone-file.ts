import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav } from '@speko/audio';

/** A WAV file for Chromium's fake microphone. Declare it with `await using`, or `remove` it. */
export interface MicrophoneFile extends AsyncDisposable {
  readonly path: string;
  remove(): Promise<void>;
}

/** @param samples - What the microphone hears, once. */
export async function writeMicrophoneFile(samples: Int16Array, sampleRateHz: number): Promise<MicrophoneFile> {
  const folder = await mkdtemp(join(tmpdir(), 'speko-microphone-'));
  const path = join(folder, 'microphone.wav');
  // Chromium repeats the last 10 ms of the file for ever: they had better be silent.
  const padded = new Int16Array(samples.length + sampleRateHz / 5);
  padded.set(samples);
  await writeFile(path, encodeWav({ pcm: padded, sampleRateHz }));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { path, remove, [Symbol.asyncDispose]: remove };
}
