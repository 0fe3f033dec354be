import { expect, test } from 'vitest';
import { proveBehaviour } from './prove-behaviour.ts';
import { XAI } from './provider-records.ts';
import { startCall } from './start-call.ts';

proveBehaviour(XAI);

test.each(['automatic', 'manual'] as const)(
  '[SF2] %s turns, unknown-model: xAI answers with another one, and "ready" names that',
  async (mode) => {
    const { call } = await startCall(XAI, { mode, model: 'grok-unknown' });
    expect(await call.frame('ready')).toMatchObject({ provider: 'xai', model: 'grok-voice-3.0' });
    call.session.sendText('Hello there');
    await call.hearOut('a1');
    await call.hangUp();
    expect(call.all('error')).toEqual([]);
  },
);
