import { expect, test } from 'vitest';
import { say, startMirrorCall } from '../helpers/mirror-call.ts';
import { startGateway } from '../helpers/start-gateway.ts';

const EXTENSION = 'speko.realtime.v1';
/** Bytes of a second of audio. */
const SECOND = 48_000;

test('[BI2] [BI3] [BI4] interrupt cancels at the provider, and nothing of the response comes after the marker', async () => {
  const { call, provider } = await startMirrorCall();
  await say(call, provider, { responseId: 'r1', text: 'A long story.', ms: 2000 });
  call.send({ t: 'interrupt' });
  await provider.command('response-cancel');
  // It was on its way when the cancel arrived.
  provider.say(Buffer.alloc(SECOND, 9));
  provider.send(
    { type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: ' Still going.' },
    { type: 'response-end', responseId: 'r1', status: 'cancelled' },
  );
  await provider.sync();
  await call.sync();
  expect(call.trace.slice(1, -1)).toEqual([
    'partial assistant a1',
    'speech assistant started a1',
    'audio',
    'interruption a1',
    'speech assistant stopped a1',
    'final assistant a1',
  ]);
  expect(call.audioBytes).toBe(2 * SECOND);
  expect(provider.commands.map(({ type }) => type)).toEqual(['hello', 'response-cancel', 'response-truncate']);
});

test('[BI3] each interrupt gets exactly one interruption, in order', async () => {
  const { call, provider } = await startMirrorCall();
  call.send({ t: 'interrupt' });
  await call.sync();
  await say(call, provider, { responseId: 'r1', text: 'One.', ms: 5000 });
  for (let count = 0; count < 3; count++) call.send({ t: 'interrupt' });
  await call.sync();
  expect(call.all('interruption')).toEqual([
    { t: 'interruption', at: 'assistant' },
    { t: 'interruption', at: 'assistant', turn: 'a1' },
    { t: 'interruption', at: 'assistant' },
    { t: 'interruption', at: 'assistant' },
  ]);
});

test('[BI4] where the provider cannot cancel, the rest is discarded here', async () => {
  const reasons = { interrupt: 'Mirrors go on.' };
  const { call, provider } = await startMirrorCall(
    {},
    { mirror: { capabilities: { interrupt: false, truncate: false, reasons } } },
  );
  await say(call, provider, { responseId: 'r1', text: 'On and on.', ms: 1000 });
  call.send({ t: 'interrupt' });
  await call.sync();
  provider.say(Buffer.alloc(SECOND, 9));
  provider.send({ type: 'response-end', responseId: 'r1', status: 'completed' });
  await provider.sync();
  await say(call, provider, { responseId: 'r2', text: 'Next.', ms: 100 });
  expect(call.audioBytes).toBe(SECOND + 4800);
  expect(provider.commands.map(({ type }) => type)).toEqual(['hello']);
});

test('[BI1] [BI6] [TR5] speech of the user cuts what still plays, also after the response is complete', async () => {
  const { gateway, call, provider } = await startMirrorCall();
  await say(call, provider, { responseId: 'r1', text: 'one two three four five six seven eight nine ten', ms: 10_000 });
  provider.send({ type: 'response-end', responseId: 'r1', status: 'completed' });
  await call.frame('speech', { role: 'assistant', state: 'stopped' });
  gateway.clock.skip(4500);
  provider.send({ type: 'speech-start', turnId: 'q1' });
  expect(await call.frame('interruption')).toEqual({ t: 'interruption', at: 'assistant', turn: 'a1' });
  const { items } = await provider.command('response-truncate');
  expect(items).toEqual([{ itemId: 'i1', heardMs: expect.any(Number), totalMs: 10_000 }]);
  expect(items[0]?.heardMs).toBeGreaterThanOrEqual(4500);
  expect(items[0]?.heardMs).toBeLessThan(6500);
  const final = await call.frame('transcript', { role: 'assistant', final: true });
  expect(final['interrupted']).toBe(true);
  expect(String(final['text'])).toMatch(/^one two three four( five)?( six)?$/);
  expect(provider.commands.map(({ type }) => type)).not.toContain('response-cancel');
});

test('[BI9] [TR4] speech after the audio has been played cuts nothing', async () => {
  const { gateway, call, provider } = await startMirrorCall();
  await say(call, provider, { responseId: 'r1', text: 'Short.', ms: 500 });
  provider.send({ type: 'response-end', responseId: 'r1', status: 'completed' });
  await call.frame('speech', { role: 'assistant', state: 'stopped' });
  gateway.clock.skip(600);
  await call.frame('transcript', { role: 'assistant', final: true });
  provider.send({ type: 'speech-start', turnId: 'q1' });
  await call.frame('speech', { role: 'user' });
  expect(call.all('interruption')).toEqual([]);
});

test('[BI5] playedMs of an interrupt is what was heard, and no more than was delivered', async () => {
  const { call, provider } = await startMirrorCall();
  await say(call, provider, { responseId: 'r1', text: 'one two three four', ms: 4000 });
  call.send({ t: 'interrupt', playedMs: 1500 });
  expect((await provider.command('response-truncate')).items).toEqual([{ itemId: 'i1', heardMs: 1500, totalMs: 4000 }]);
  provider.send({ type: 'response-end', responseId: 'r1', status: 'cancelled' });
  await say(call, provider, { responseId: 'r2', text: 'five six', ms: 2000 });
  call.send({ t: 'interrupt', playedMs: 999_999 });
  const final = await call.frame('transcript', { turn: 'a2', final: true });
  expect(final).toMatchObject({ text: 'five six', interrupted: true });
});

test('[BI5] a playback report for a turn that is unknown or settled is ignored', async () => {
  const { call, provider } = await startMirrorCall();
  await say(call, provider, { responseId: 'r1', text: 'one two', ms: 2000 });
  call.send({ t: 'interrupt', playedMs: 500 });
  call.send({ t: 'playback', turn: 'a1', playedMs: 1900 });
  call.send({ t: 'playback', turn: 'a77', playedMs: 1900 });
  await call.sync();
  await provider.sync();
  expect(provider.commands.filter(({ type }) => type === 'response-truncate')).toEqual([
    { type: 'response-truncate', responseId: 'r1', items: [{ itemId: 'i1', heardMs: 500, totalMs: 2000 }] },
  ]);
  expect(call.all('error')).toEqual([]);
});

test('[BI7] a client of the extensions is waited for, 250 ms and no more; others are not', async () => {
  const gateway = await startGateway();
  const extended = async () => {
    const minted = await gateway.mint();
    const call = await gateway.connect(minted, { protocols: [minted.wsToken, EXTENSION] });
    await call.frame('ready');
    return call;
  };
  const reporting = await extended();
  const [first] = [await gateway.vendor.connection(0)];
  await say(reporting, first, { responseId: 'r1', text: 'one two three four', ms: 4000 });
  reporting.send({ t: 'interrupt' });
  await reporting.frame('interruption');
  await reporting.sync();
  expect(reporting.all('transcript', { final: true })).toEqual([]);
  reporting.send({ t: 'playback', turn: 'a1', playedMs: 2100 });
  expect((await first.command('response-truncate')).items).toEqual([{ itemId: 'i1', heardMs: 2100, totalMs: 4000 }]);
  expect((await reporting.frame('transcript', { final: true }))['text']).toBe('one two');

  const silent = await extended();
  const second = await gateway.vendor.connection(1);
  await say(silent, second, { responseId: 'r1', text: 'one two three four', ms: 4000 });
  silent.send({ t: 'interrupt' });
  await silent.frame('interruption');
  gateway.clock.skip(250);
  await second.command('response-truncate');
  await silent.frame('transcript', { final: true });

  const plain = await gateway.call();
  const third = await gateway.vendor.connection(2);
  await plain.frame('ready');
  await say(plain, third, { responseId: 'r1', text: 'one two three four', ms: 4000 });
  plain.send({ t: 'interrupt' });
  await plain.sync();
  await third.command('response-truncate');
  third.send({ type: 'response-end', responseId: 'r1', status: 'cancelled' });
  await plain.frame('transcript', { final: true });
  expect(plain.trace.slice(-4)).toEqual([
    'interruption a1',
    'speech assistant stopped a1',
    'pong',
    'final assistant a1',
  ]);
});

test('[TR5] [TR4] the words of what was heard are in its final also when they come after the cut', async () => {
  const { call, provider, gateway } = await startMirrorCall();
  provider.send({ type: 'response-start', responseId: 'r1' });
  provider.say(Buffer.alloc(48_000));
  await call.until(() => call.audioBytes === 48_000, 'the audio');
  gateway.clock.skip(500);
  provider.send({ type: 'speech-start', turnId: 't1' });
  await call.frame('interruption');
  provider.send({
    type: 'transcript-delta',
    role: 'assistant',
    turnId: 'r1',
    itemId: 'i1',
    delta: 'one two three four',
  });
  provider.send({ type: 'response-end', responseId: 'r1', status: 'cancelled' });
  expect(await call.frame('transcript', { final: true })).toMatchObject({ text: 'one two', interrupted: true });
});

test('[BI9] [TR5] an answer that was played to its end is not interrupted by speech before its words have come', async () => {
  const { call, provider, gateway } = await startMirrorCall();
  provider.send({ type: 'response-start', responseId: 'r1' });
  provider.say(Buffer.alloc(14_400));
  await call.until(() => call.audioBytes === 14_400, 'the audio');
  gateway.clock.skip(900);
  provider.send({ type: 'speech-start', turnId: 't1' });
  provider.send({ type: 'transcript-delta', role: 'assistant', turnId: 'r1', itemId: 'i1', delta: 'All of it.' });
  provider.send({ type: 'response-end', responseId: 'r1', status: 'completed' });
  const final = await call.frame('transcript', { final: true });
  expect(final).toMatchObject({ turn: 'a1', text: 'All of it.' });
  expect(final).not.toHaveProperty('interrupted');
  expect(call.all('interruption')).toEqual([]);
});

test('[BI8] a typed message interrupts the assistant; with manual turns a commit with audio does', async () => {
  const { call, provider } = await startMirrorCall({ turnDetection: 'manual' });
  await say(call, provider, { responseId: 'r1', text: 'one two', ms: 4000 });
  call.send({ t: 'text', text: 'stop' });
  await provider.command('text-append');
  expect(provider.commands.map(({ type }) => type)).toEqual([
    'hello',
    'response-cancel',
    'response-truncate',
    'text-append',
  ]);
  provider.send({ type: 'response-end', responseId: 'r1', status: 'cancelled' });
  await say(call, provider, { responseId: 'r2', text: 'three four', ms: 4000 });
  call.send({ t: 'control', action: 'commit' });
  await call.sync();
  expect(call.all('interruption')).toHaveLength(1);
  call.sendAudio(Buffer.alloc(960));
  call.send({ t: 'control', action: 'commit' });
  await provider.command('audio-commit');
  await call.sync();
  expect(call.all('interruption').map(({ turn }) => turn)).toEqual(['a1', 'a2']);
});
