import type { AudioSink, AudioSinkHandlers, PlayedTurn } from '../audio/audio-sink.ts';

/**
 * Stands in for a loudspeaker where there is none: all that came counts as taken in, since its text is there to read.
 * Without reports the gateway would suppose that it is being listened to in real time.
 */
export function createTextOnlySink(): AudioSink {
  let handlers: AudioSinkHandlers | undefined;
  let bytesPerMs = 1;
  let turn = '';
  let bytes = 0;

  function take(): PlayedTurn {
    const playedMs = Math.floor(bytes / bytesPerMs);
    bytes = 0;
    return { turn, playedMs };
  }

  return {
    level: 0,
    open: nothing,
    start: (sampleRate, given) => {
      bytesPerMs = sampleRate / 500;
      handlers = given;
    },
    play: (id, pcm) => {
      if (id !== turn) bytes = 0;
      turn = id;
      if (bytes === 0) handlers?.onTurnStart(turn);
      bytes += pcm.byteLength;
    },
    endTurn: () => handlers?.onTurnPlayed(take()),
    flush: async () => (bytes === 0 ? [] : [take()]),
    unblock: nothing,
    setVolume: () => {},
    stop: nothing,
  };
}

async function nothing(): Promise<void> {}
