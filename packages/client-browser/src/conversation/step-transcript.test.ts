import type { SessionTranscriptFrame } from '@speko/client-core';
import { describe, expect, test } from 'vitest';
import type { TranscriptTurn } from './conversation-snapshot.ts';
import { cutTurn, settleTurns, stepTranscript, type TranscriptOrigin } from './step-transcript.ts';

const ORIGIN: TranscriptOrigin = { sessionId: 's1', offsetMs: 0 };

function said(
  role: 'user' | 'assistant',
  text: string,
  more: Partial<SessionTranscriptFrame> = {},
): SessionTranscriptFrame {
  return {
    type: 'transcript',
    role,
    text,
    final: false,
    delta: undefined,
    turn: undefined,
    startMs: undefined,
    interrupted: false,
    ...more,
  };
}

function assemble(frames: SessionTranscriptFrame[], origin = ORIGIN): readonly TranscriptTurn[] {
  return frames.reduce<readonly TranscriptTurn[]>((turns, frame) => stepTranscript(turns, frame, origin), []);
}

const lines = (turns: readonly TranscriptTurn[]): string[] =>
  turns.map(({ id, role, text, final }) => `${id} ${role}: ${text}${final ? '' : '…'}`);

describe('assembling', () => {
  test('[CV6] partials replace each other until the final', () => {
    expect(
      assemble([
        said('user', 'Good', { turn: 'u1', startMs: 40 }),
        said('user', 'Good mor', { turn: 'u1', startMs: 40 }),
        said('user', 'Good morning.', { turn: 'u1', startMs: 40, final: true }),
      ]),
    ).toEqual([{ id: 's1/u1', role: 'user', text: 'Good morning.', final: true, interrupted: false, startMs: 40 }]);
  });

  test('[CV6, TR3] a user turn that comes after its reply is put before it', () => {
    const turns = assemble([
      said('assistant', 'It is', { turn: 'a1', startMs: 900 }),
      said('user', 'What time?', { turn: 'u1', startMs: 100, final: true }),
      said('assistant', 'It is five.', { turn: 'a1', startMs: 900, final: true }),
    ]);
    expect(lines(turns)).toEqual(['s1/u1 user: What time?', 's1/a1 assistant: It is five.']);
  });

  test('[CV6] a turn whose time becomes known moves to its place', () => {
    const turns = assemble([
      said('assistant', 'Five.', { turn: 'a1', startMs: 900 }),
      said('user', 'What', { turn: 'u1' }),
      said('user', 'What time?', { turn: 'u1', startMs: 100, final: true }),
    ]);
    expect(lines(turns)).toEqual(['s1/u1 user: What time?', 's1/a1 assistant: Five.…']);
  });

  test('[CV6] without times turns stay as they came', () => {
    const turns = assemble([
      said('user', 'One.', { turn: 'u1', final: true }),
      said('assistant', 'Two', { turn: 'a1' }),
      said('user', 'Three', { turn: 'u2' }),
      said('assistant', 'Two.', { turn: 'a1', final: true }),
    ]);
    expect(lines(turns)).toEqual(['s1/u1 user: One.', 's1/a1 assistant: Two.', 's1/u2 user: Three…']);
  });

  test('[CV6, SF8] frames without a turn go to the last one of their role that is not final', () => {
    const turns = assemble([
      said('user', 'Hel'),
      said('user', 'Hello', { final: true }),
      said('assistant', 'Hi'),
      said('user', 'And'),
      said('assistant', 'Hi!', { final: true }),
      said('user', 'And you?', { final: true }),
    ]);
    expect(lines(turns)).toEqual([
      's1/user-1 user: Hello',
      's1/assistant-2 assistant: Hi!',
      's1/user-3 user: And you?',
    ]);
  });

  test('[CV6, TR2] a turn that came to nothing is not there', () => {
    expect(assemble([said('user', 'Uh', { turn: 'u1' }), said('user', '', { turn: 'u1', final: true })])).toEqual([]);
  });

  test('[CV6] an id without a turn is never given twice', () => {
    const turns = assemble([
      said('user', 'One', { final: true }),
      said('assistant', 'Two'),
      said('user', 'Three', { final: true }),
      said('assistant', '', { final: true }),
      said('user', 'Four', { final: true }),
    ]);
    expect(lines(turns)).toEqual(['s1/user-1 user: One', 's1/user-3 user: Three', 's1/user-4 user: Four']);
  });

  test('[CV6] another connection has ids and times of its own', () => {
    const before = assemble([said('user', 'One.', { turn: 'u1', startMs: 40, final: true })]);
    const frame = said('user', 'Two.', { turn: 'u1', startMs: 10, final: true });
    const after = stepTranscript(before, frame, { sessionId: 's2', offsetMs: 5000 });
    expect(after.map(({ id, startMs }) => [id, startMs])).toEqual([
      ['s1/u1', 40],
      ['s2/u1', 5010],
    ]);
  });
});

describe('bounds', () => {
  const turnsOf = (
    count: number,
    text = 'Hello.',
    more: Partial<SessionTranscriptFrame> = {},
  ): SessionTranscriptFrame[] =>
    Array.from({ length: count }, (_, index) => said('user', text, { turn: `u${index}`, final: true, ...more }));

  test('[CV6] the last 1,000 turns are kept', () => {
    const turns = assemble(turnsOf(1_003));
    expect([turns.length, turns[0]?.id, turns.at(-1)?.id]).toEqual([1_000, 's1/u3', 's1/u1002']);
    const late = stepTranscript(turns, said('user', 'Hello?', { turn: 'u500', final: true }), ORIGIN);
    expect([late.length, late[497]?.text]).toEqual([1_000, 'Hello?']);
  });

  test('[CV6] and of them no more than 4 Mi characters, but for the newest', () => {
    expect(assemble(turnsOf(6, 'x'.repeat(1_048_576))).map(({ id }) => id)).toEqual([
      's1/u2',
      's1/u3',
      's1/u4',
      's1/u5',
    ]);
    expect(assemble([...turnsOf(2), said('assistant', 'x'.repeat(5_000_000), { turn: 'a1' })])).toMatchObject([
      { id: 's1/a1' },
    ]);
  });

  test('[CV6] ids of turns that have none stay apart when older ones are gone', () => {
    const turns = assemble(turnsOf(1_500, 'Hello.', { turn: undefined }));
    expect([turns.length, turns.at(-1)?.id, new Set(turns.map(({ id }) => id)).size]).toEqual([
      1_000,
      's1/user-1500',
      1_000,
    ]);
  });

  test('[CV6, CL25] a frame costs the same however many came before', () => {
    const startedAtMs = performance.now();
    expect(assemble(turnsOf(40_000))).toHaveLength(1_000);
    // Were each to look at all before it, it would take billions of steps.
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });
});

test('[CV6] a turn that the model broke off says why, also when there was no first word', () => {
  const brokenOff = { turn: 'a1', final: true, incomplete: 'content_filter' };
  const turns = assemble([said('assistant', 'Once', { turn: 'a1' }), said('assistant', 'Once upon', brokenOff)]);
  expect(turns).toMatchObject([{ text: 'Once upon', final: true, interrupted: false, incomplete: 'content_filter' }]);
  expect(assemble([said('assistant', '', brokenOff)])).toMatchObject([{ text: '', incomplete: 'content_filter' }]);
});

describe('turns that end early', () => {
  const SPEAKING = assemble([
    said('user', 'Tell me', { turn: 'u1' }),
    said('assistant', 'Once upon a time there', { turn: 'a1' }),
  ]);

  test('[CV7] a cut turn is marked before its final comes', () => {
    expect(cutTurn(SPEAKING, 's1/a1').map(({ interrupted, final }) => [interrupted, final])).toEqual([
      [false, false],
      [true, false],
    ]);
    expect(cutTurn(SPEAKING, 's1/a9')).toBe(SPEAKING);
  });

  test('[CV7, TR5] its final says what was heard', () => {
    const final = said('assistant', 'Once upon', { turn: 'a1', final: true, interrupted: true });
    expect(stepTranscript(cutTurn(SPEAKING, 's1/a1'), final, ORIGIN)[1]).toEqual({
      id: 's1/a1',
      role: 'assistant',
      text: 'Once upon',
      final: true,
      interrupted: true,
      startMs: undefined,
    });
  });

  test('[CV7] with the connection gone nothing waits for a final', () => {
    const settled = settleTurns(SPEAKING);
    expect(settled.map(({ role, final, interrupted }) => [role, final, interrupted])).toEqual([
      ['user', true, false],
      ['assistant', true, true],
    ]);
    expect(settleTurns(settled)).toBe(settled);
  });
});
