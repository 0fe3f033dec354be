// The player, tried on a codec that survives and on ones that break one promise each.
import type { AdapterCodec, CodecOutput, SessionEvent } from '@speko/adapter';
import { describe, expect, test } from 'vitest';
import { driveAdapter, makeSessionConfig, makeSpeechSample, playDamagedCall } from '../src/index.ts';
import { createReference } from './reference-adapter.ts';
import { createReferenceSimulator } from './reference-simulator.ts';

const OPTIONS = { apiKey: 'reference-secret' };
const STRANGE = ['{"type":"nothing known"}', '{"type":', ''];
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

function recordCall() {
  const driver = driveAdapter({
    adapter: createReference(),
    options: OPTIONS,
    simulator: createReferenceSimulator(),
  });
  driver.until('session-ready');
  for (let turn = 0; turn < 3; turn++) {
    driver.speak(makeSpeechSample(driver.audio.inputSampleRateHz));
    driver.pause(1500);
    driver.advance(5000);
  }
  driver.close();
  return driver.transcript.flatMap((line) => ('frame' in line && line.dir === 'in' ? [line.frame] : []));
}

const FRAMES = recordCall();

/** All faults of all seeds, when what the reference says of each message becomes what `change` makes of it. */
function faultsOf(change: (event: SessionEvent) => readonly SessionEvent[]): string[] {
  const adapter = createReference();
  return SEEDS.flatMap((seed) => {
    const codec = adapter.createCodec(makeSessionConfig(adapter), adapter.parseOptions(OPTIONS));
    const decode = codec.decode.bind(codec);
    const finals = new Set<string>();
    // The reference believes its vendor; this one says only what it has not said before.
    const isSafe = (event: SessionEvent): boolean => {
      if (event.type === 'session-ready') return true;
      if (event.type !== 'transcript-end' || finals.has(event.turnId)) return false;
      finals.add(event.turnId);
      return true;
    };
    const tampered: AdapterCodec = Object.assign(codec, {
      decode(...args: Parameters<typeof decode>): CodecOutput {
        const { events, frames } = decode(...args);
        return { frames, events: events.filter(isSafe).flatMap(change) };
      },
      encode: () => ({ type: 'ok', events: [], frames: [] }),
      close: () => [],
    });
    return playDamagedCall({ codec: tampered, frames: FRAMES, strange: STRANGE, seed }).faults;
  });
}

describe('a damaged call', () => {
  test('finds nothing wrong with a codec that survives it', () => {
    expect(faultsOf((event) => [event])).toEqual([]);
  });

  test('finds a second final text', () => {
    const faults = faultsOf((event) => (event.type === 'transcript-end' ? [event, event] : [event]));
    expect(faults).toContain('second transcript-end of t1');
  });

  test('finds audio after an interruption', () => {
    const responseId = 'r1';
    const faults = faultsOf((event) =>
      event.type === 'transcript-end'
        ? [
            { type: 'response-interrupt', responseId },
            { type: 'audio-delta', responseId, itemId: 'i1', pcm: new Uint8Array(2) },
          ]
        : [event],
    );
    expect(faults).toContain('audio of r1 after its end');
  });

  test('finds an exception, with its place', () => {
    const faults = faultsOf(() => {
      throw new TypeError('no such field');
    });
    expect(faults[0]).toMatch(/^threw TypeError: no such field\n\s+at /);
  });

  test('is the same for the same seed', () => {
    const adapter = createReference();
    const play = () =>
      playDamagedCall({
        codec: adapter.createCodec(makeSessionConfig(adapter), adapter.parseOptions(OPTIONS)),
        frames: FRAMES,
        strange: STRANGE,
        seed: 7,
      });
    expect(play()).toEqual(play());
  });
});
