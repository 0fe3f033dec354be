import type { ServerFrame } from '@speko/protocol';
import { describe, expect, test } from 'vitest';
import { type GrowingTurn, PartialTranscripts } from './partial-transcripts.ts';

/** Partials of turns whose text the test lets grow. */
function startPartials() {
  const frames: ServerFrame[] = [];
  const partials = new PartialTranscripts(
    {
      frame: (frame) => frames.push(frame),
      error: () => {},
      audio: () => {},
      audioBoundary: () => {},
      command: () => {},
      transcript: () => {},
    },
    (nowMs) => nowMs,
  );
  const texts = { a1: '', a2: '' };
  const toTurn = (name: keyof typeof texts): GrowingTurn => ({
    role: 'assistant',
    name,
    startMs: undefined,
    text: () => texts[name],
  });
  const turns = { a1: toTurn('a1'), a2: toTurn('a2') };
  return {
    partials,
    turns,
    says(name: keyof typeof texts, text: string, nowMs: number) {
      texts[name] = text;
      partials.changed(turns[name], nowMs);
    },
    /** Text and delta of the partials since the last call. */
    shown: () => frames.splice(0).map((frame) => (frame.t === 'transcript' ? [frame.text, frame.delta] : [])),
  };
}

describe('[TR7] partials of a turn', () => {
  test('the first comes at once, what grows within 50 ms comes together, and delta spans it', () => {
    const call = startPartials();
    call.says('a1', 'We', 0);
    expect(call.shown()).toEqual([['We', 'We']]);
    call.says('a1', 'We have', 10);
    call.says('a1', 'We have tea', 30);
    expect(call.shown()).toEqual([]);
    expect(call.partials.wakeAtMs).toBe(50);
    call.partials.wake(49);
    expect(call.shown()).toEqual([]);
    call.partials.wake(50);
    expect(call.shown()).toEqual([['We have tea', ' have tea']]);
    expect(call.partials.wakeAtMs).toBeUndefined();
  });

  test('[TR1] a text that was revised meanwhile has no delta', () => {
    const call = startPartials();
    call.says('a1', 'I scream', 0);
    call.says('a1', 'ice', 10);
    call.says('a1', 'ice cream', 20);
    call.partials.wake(50);
    expect(call.shown()).toEqual([
      ['I scream', 'I scream'],
      ['ice cream', undefined],
    ]);
  });

  test('a long text comes the more rarely: 32 KiB of it a second', () => {
    const call = startPartials();
    call.says('a1', 'x'.repeat(65_536), 0);
    call.says('a1', 'x'.repeat(65_537), 1000);
    expect(call.partials.wakeAtMs).toBe(2000);
  });

  test('240 kB in 3,000 pieces cost 2 MiB of partials in a minute, not 360 MB', () => {
    const call = startPartials();
    let text = '';
    let bytes = 0;
    for (let piece = 1; piece <= 3000; piece++) {
      text += 'x'.repeat(80);
      call.says('a1', text, piece * 20);
      for (const [shown = ''] of call.shown()) bytes += shown.length;
    }
    expect(bytes).toBeLessThan(60 * 32_768 + 240_000);
    expect(bytes).toBeGreaterThan(1_000_000);
  });

  test('two turns have each their own pace', () => {
    const call = startPartials();
    call.says('a1', 'one', 0);
    call.says('a2', 'two', 10);
    expect(call.shown()).toEqual([
      ['one', 'one'],
      ['two', 'two'],
    ]);
  });

  test('what an event must not overtake comes before it, and counts once', () => {
    const call = startPartials();
    call.says('a1', 'Let me', 0);
    call.says('a1', 'Let me look.', 10);
    call.partials.flushAll(10);
    call.partials.flushAll(10);
    expect(call.shown()).toEqual([
      ['Let me', 'Let me'],
      ['Let me look.', ' look.'],
    ]);
  });

  test('a provider that makes such events without end does not make a long text come each time', () => {
    const call = startPartials();
    let shown = 0;
    for (let event = 1; event <= 100; event++) {
      call.says('a1', 'x'.repeat(262_144) + event, 0);
      call.partials.flushAll(0);
      shown += call.shown().length;
    }
    // The first at once, two more out of the 512 KiB.
    expect(shown).toBe(3);
  });

  test('a turn that is forgotten has nothing to show any more', () => {
    const call = startPartials();
    call.says('a1', 'We', 0);
    call.says('a1', 'We have', 10);
    call.partials.forget(call.turns.a1);
    expect(call.partials.wakeAtMs).toBeUndefined();
    call.partials.flushAll(20);
    expect(call.shown()).toEqual([['We', 'We']]);
  });
});
