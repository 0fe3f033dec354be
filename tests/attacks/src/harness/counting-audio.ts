/**
 * Audio whose samples count up from `first`, so that a made-up vendor notices what was lost on the way. Mono PCM16; the
 * count wraps at 65,536.
 */
export function countingAudio(samples: number, first = 0): Buffer {
  const pcm = Buffer.alloc(samples * 2);
  for (let index = 0; index < samples; index++) pcm.writeUInt16LE((first + index) & 0xffff, index * 2);
  return pcm;
}
