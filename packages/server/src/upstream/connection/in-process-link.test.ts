import type { InProcessAdapter, ProviderEngine, SessionConfig, SessionEvent } from '@speko/adapter';
import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/fake-clock.ts';
import { mirrorAdapter } from '../../../test/mirror-adapter.ts';
import { createInProcessLink } from './in-process-link.ts';

const config: SessionConfig = {
  sessionId: 's1',
  model: 'm',
  tools: [],
  turnDetection: 'auto',
  inputSampleRateHz: 24_000,
  outputSampleRateHz: 24_000,
};

/** A link to an engine that answers everything with one event, and what the listener has got so far. */
function startLink(engine: Partial<ProviderEngine> = {}) {
  const adapter: InProcessAdapter<object> = {
    kind: 'in-process',
    id: 'inside',
    displayName: 'Inside',
    exampleModel: 'm',
    capabilities: mirrorAdapter.capabilities,
    parseOptions: () => ({}),
    audio: () => ({ inputSampleRateHz: 24_000, outputSampleRateHz: 24_000 }),
    createEngine: () => ({
      wakeAtMs: undefined,
      start: () => [{ type: 'session-ready', ignored: [] }],
      wake: () => [],
      appendAudio: () => [{ type: 'speech-start', turnId: 't1' }],
      handle: () => ({ type: 'ok', events: [{ type: 'input-commit', turnId: 't1' }] }),
      ...engine,
    }),
  };
  const events: SessionEvent['type'][] = [];
  const faults: unknown[] = [];
  const messages: string[] = [];
  const link = createInProcessLink(adapter, config, {}, new FakeClock(), {
    event(event) {
      const { type } = event;
      events.push(type);
      if (event.type === 'provider-error') messages.push(event.message);
      if (type === 'response-start') throw new Error('The listener failed.');
    },
    fault: (error) => void faults.push(error),
  });
  link.start();
  return { link, events, faults, messages };
}

test('what a command causes comes when the call that gave it is over, as from a distant provider', async () => {
  const { link, events } = startLink();
  expect(link.send({ type: 'audio-commit' })).toEqual({ type: 'ok' });
  expect(events).toEqual(['session-ready']);
  await Promise.resolve();
  expect(events).toEqual(['session-ready', 'input-commit']);
});

test('events keep their order, whatever caused them', async () => {
  const { link, events } = startLink();
  link.send({ type: 'audio-commit' });
  link.send({ type: 'audio-commit' });
  link.appendAudio(new Uint8Array(2));
  expect(events).toEqual(['session-ready', 'input-commit', 'input-commit', 'speech-start']);
  await Promise.resolve();
  expect(events).toHaveLength(4);
});

test('a closed link says nothing more', async () => {
  const { link, events } = startLink();
  link.send({ type: 'audio-commit' });
  link.close();
  await Promise.resolve();
  expect(events).toEqual(['session-ready']);
});

test('a listener that fails is told so, and nobody else', async () => {
  const { link, faults } = startLink({
    handle: () => ({ type: 'ok', events: [{ type: 'response-start', responseId: 'r1' }] }),
  });
  link.send({ type: 'audio-commit' });
  await Promise.resolve();
  expect(faults).toEqual([new Error('The listener failed.')]);
});

test('what an engine cannot do is told at once', () => {
  const { link } = startLink({ handle: () => ({ type: 'unsupported', reason: 'No.' }) });
  expect(link.send({ type: 'audio-clear' })).toEqual({ type: 'unsupported', reason: 'No.' });
});

test('[ER6] words of an engine are passed on without keys, and without what the session said', async () => {
  const message = 'Refused sk-made-up-0123456789 for the text "my secret order is K-20, please hurry".';
  const error = { type: 'provider-error', code: 'PROVIDER_ERROR', message, fatal: false, retryable: false } as const;
  const { link, messages } = startLink({ handle: () => ({ type: 'ok', events: [error] }) });
  link.send({ type: 'text-append', text: 'my secret order is K-20, please hurry' });
  await Promise.resolve();
  expect(messages).toEqual(['Refused [redacted] for the text "[redacted]".']);
});
