// The protocol's own corpus, replayed through the client: whatever a gateway may send becomes a frame, whatever it may
// not send is passed over, and what the client sends is what the gateway accepts.
import { readdirSync, readFileSync } from 'node:fs';
import type { ClientFrame } from '@speko/protocol';
import { createSessionResponseSchema, parseClientFrame } from '@speko/protocol';
import { describe, expect, test } from 'vitest';
import { isSessionInfo } from './session-params.ts';
import { createSessionState } from './session-state.ts';
import { stepSession } from './step-session.ts';

interface Case {
  name: string;
  schema: string;
  input?: unknown;
  text?: string;
}

const corpus = new URL('../../protocol/corpus/', import.meta.url);

describe('accepted', () => {
  test.each(readCases('accept', 'server-frame'))('[CL6, SF1] $name reaches the application', (item) => {
    expect(receive(textOf(item))).not.toEqual([expect.objectContaining({ type: 'ignored' })]);
  });

  test.each(readCases('accept', 'received-server-frame'))('[CL6, SF8] $name reaches the application', (item) => {
    expect(receive(textOf(item))).toMatchObject([{ type: 'emit' }]);
  });

  test.each(readCases('accept', 'create-session-response'))('[CL20] $name opens a session', ({ input }) => {
    expect(isSessionInfo(input)).toBe(true);
    expect(createSessionResponseSchema.safeParse(input).success).toBe(true);
  });
});

describe('rejected', () => {
  const refused = [...readCases('reject', 'server-frame'), ...readCases('reject', 'received-server-frame')];
  test.each(refused)('[CL6, SF1] $name is passed over', (item) => {
    expect(receive(textOf(item))).toEqual([
      { type: 'ignored', message: { type: 'malformed-frame', text: textOf(item) } },
    ]);
  });
});

test('[CL2, CF3] every frame of the corpus that a client may send leaves it as the gateway accepts it', () => {
  const cases = readCases('accept', 'client-frame');
  for (const item of cases) {
    const parsed = parseClientFrame(textOf(item));
    if (!parsed.ok) throw new Error(parsed.message);
    expect(sent(parsed.frame)).toEqual(parsed.frame);
  }
  expect(cases.length).toBeGreaterThan(8);
});

function receive(text: string): readonly { type: string }[] {
  const state = createSessionState({ outputSampleRate: 24_000, automaticTools: [] });
  return stepSession(stepSession(state, { type: 'opened' }).state, { type: 'text', text }).effects;
}

function sent(frame: ClientFrame): unknown {
  const state = createSessionState({ outputSampleRate: 24_000, automaticTools: [] });
  const { effects } = stepSession(stepSession(state, { type: 'opened' }).state, { type: 'send', frame });
  return effects.find((effect) => effect.type === 'send')?.frame;
}

function textOf({ input, text }: Case): string {
  return text ?? JSON.stringify(input);
}

function readCases(folder: 'accept' | 'reject', schema: string): Case[] {
  return readdirSync(new URL(`${folder}/`, corpus))
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      ...(JSON.parse(readFileSync(new URL(`${folder}/${file}`, corpus), 'utf8')) as Case),
      name: file,
    }))
    .filter((item) => item.schema === schema);
}
