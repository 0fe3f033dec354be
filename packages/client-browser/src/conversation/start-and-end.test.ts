import type { SessionInfo } from '@speko/client-core';
import { describe, expect, test, vi } from 'vitest';
import { FakeSource } from '../../test/fake-audio.ts';
import { createFakeGateway, infoOf } from '../../test/fake-gateway.ts';
import { deferred, failure, newCall, settle, startCall, useFakePage } from '../../test/new-call.ts';
import { ConversationError } from '../errors/conversation-error.ts';
import { createConversation } from './create-conversation.ts';
import { startConversation } from './start-conversation.ts';

const fake = useFakePage();

describe('start', () => {
  test('[CV1] until then nothing is opened', () => {
    const { conversation, source, sink, gateway } = newCall();
    expect(conversation.status).toBe('idle');
    expect([source.acts, sink.acts, gateway.connections]).toEqual([[], [], []]);
    expect(fake.page.listeners).toBe(0);
  });

  test('[CV1, CV4] it resolves when the WebSocket is open and the microphone runs', async () => {
    const { conversation, gateway, source, sink } = newCall();
    const statuses: string[] = [];
    conversation.on('status', (status) => statuses.push(status));
    let isStarted = false;
    const started = conversation.start().then(() => (isStarted = true));
    await settle();
    expect([isStarted, statuses]).toEqual([false, ['connecting']]);
    gateway.last.open();
    await started;
    expect(statuses).toEqual(['connecting', 'connected']);
    expect(source.acts).toEqual(['open', 'start 16000', 'unmute']);
    expect(sink.acts).toEqual(['open', 'start 24000', 'volume 1']);
    expect(gateway.last.dialled.protocols).toEqual(['token-1', 'speko.realtime.v1']);
    expect(conversation.sessionId).toBe('s1');
  });

  test('[CV1] startConversation hands over a conversation that is connected', async () => {
    const { gateway, source, sink } = newCall();
    const starting = startConversation({
      session: infoOf(7),
      createTransport: gateway.createTransport,
      microphone: source,
      speaker: sink,
    });
    await settle();
    gateway.last.open();
    const conversation = await starting;
    expect(conversation).toMatchObject({ status: 'connected', sessionId: 's7' });
    await conversation.end();
  });

  test('[CV2] within the click it asks for the devices and for a session', () => {
    const { conversation, source, sink, asked } = newCall();
    void conversation.start().catch(() => {});
    expect([source.acts, sink.acts]).toEqual([['open'], ['open']]);
    expect(asked).toMatchObject([{ reason: 'start', previousSessionId: undefined, transcript: [] }]);
  });

  test('[CV2] it dials when the microphone is allowed, not before', async () => {
    const { conversation, source, gateway } = newCall();
    const allow = deferred();
    source.opening = allow.promise;
    void conversation.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(gateway.connections).toHaveLength(0);
    allow.resolve();
    await settle();
    expect(gateway.connections).toHaveLength(1);
    gateway.last.open();
  });

  test('[CV2] with mintAfterPermission it asks for a session when the microphone is allowed, and for none when it is not', async () => {
    const allow = deferred();
    const call = newCall({ mintAfterPermission: true });
    call.source.opening = allow.promise;
    void call.conversation.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([call.source.acts, call.sink.acts, call.asked]).toEqual([['open'], ['open'], []]);
    allow.resolve();
    await settle();
    expect(call.asked).toMatchObject([{ reason: 'start' }]);
    call.gateway.last.open();
    expect(call.conversation.status).toBe('connected');

    const refused = newCall({ mintAfterPermission: true });
    refused.source.opening = Promise.reject(new ConversationError({ code: 'MIC_DENIED' }));
    expect(await failure(refused.conversation.start())).toMatchObject({ code: 'MIC_DENIED' });
    expect(refused.asked).toEqual([]);
  });

  test('[CV2, CV19] with mintAfterPermission an end while the user is asked asks for no session', async () => {
    const allow = deferred();
    const { conversation, source, asked } = newCall({ mintAfterPermission: true });
    source.opening = allow.promise;
    const outcome = failure(conversation.start());
    await settle();
    await conversation.end();
    allow.resolve();
    expect(await outcome).toMatchObject({ code: 'CONNECT_FAILED' });
    await settle();
    expect(asked).toEqual([]);
  });

  test('[CV2] on a page that was not clicked the loudspeaker comes after the microphone', async () => {
    fake.page.isClicked = false;
    const { conversation, source, sink } = newCall();
    const allow = deferred();
    source.opening = allow.promise;
    void conversation.start().catch(() => {});
    await settle();
    expect(sink.acts).toEqual([]);
    allow.resolve();
    await settle();
    expect(sink.acts).toEqual(['open']);
  });

  test('[CV4] starting twice is one start', async () => {
    const { conversation, source, gateway } = newCall();
    const first = conversation.start();
    expect(conversation.start()).toBe(first);
    await settle();
    gateway.last.open();
    await first;
    await conversation.start();
    expect(source.acts.filter((act) => act === 'open')).toHaveLength(1);
    expect(gateway.connections).toHaveLength(1);
  });

  test('[CV4] after the end it starts over', async () => {
    const { conversation, connection, gateway, source } = await startCall();
    connection.say({ t: 'transcript', role: 'user', text: 'Hi.', final: true, turn: 'u1', startMs: 1 });
    await conversation.end();
    expect(conversation.transcript).toHaveLength(1);
    const again = conversation.start();
    expect(conversation.getSnapshot()).toMatchObject({ status: 'connecting', transcript: [], end: undefined });
    await settle();
    gateway.last.open();
    await again;
    expect(conversation).toMatchObject({ status: 'connected', sessionId: 's2' });
    expect(source.acts.filter((act) => act === 'open')).toHaveLength(2);
  });

  test('[CV14] from manual to automatic turns the microphone opens, and back it closes', async () => {
    const { createTransport } = createFakeGateway();
    const options = {
      getSession: () => Promise.reject(new Error('Not today.')),
      createTransport,
      microphone: new FakeSource(),
      speaker: false as const,
      turnDetection: 'manual' as 'manual' | 'auto',
    };
    const conversation = createConversation(options);
    const mutedIn = async (turnDetection: 'manual' | 'auto'): Promise<boolean> => {
      options.turnDetection = turnDetection;
      await failure(conversation.start());
      return conversation.muted;
    };
    expect([await mutedIn('manual'), await mutedIn('auto'), await mutedIn('auto')]).toEqual([true, false, false]);
    conversation.mute();
    expect([await mutedIn('auto'), await mutedIn('manual')]).toEqual([true, true]);
    conversation.hold();
    expect(await mutedIn('manual')).toBe(true);
  });

  test('[CV14] a device chosen before is the one that is opened', async () => {
    const { conversation } = newCall({ microphone: { deviceId: 'mic-1' }, speaker: false });
    const wanted: unknown[] = [];
    vi.stubGlobal('isSecureContext', true);
    Object.assign(navigator, {
      mediaDevices: {
        getUserMedia: (constraints: { audio: { deviceId: unknown } }) => {
          wanted.push(constraints.audio.deviceId);
          return Promise.reject(new DOMException('', 'NotFoundError'));
        },
      },
    });
    vi.stubGlobal('AudioWorkletNode', class {});
    vi.stubGlobal('AudioContext', class {});
    await conversation.setInputDevice('mic-2');
    await failure(conversation.start());
    expect(wanted[0]).toEqual({ exact: 'mic-2' });
  });
});

describe('a start that fails', () => {
  test('[CV3] without a microphone there is no call', async () => {
    const { conversation, source, sink, gateway } = newCall();
    const denied = new ConversationError({ code: 'MIC_DENIED' });
    const problems: unknown[] = [];
    conversation.on('problem', (error) => problems.push(error));
    source.opening = Promise.reject(denied);
    expect(await failure(conversation.start())).toBe(denied);
    expect(denied.name).toBe('ConversationError');
    expect(conversation.getSnapshot()).toMatchObject({
      status: 'ended',
      error: denied,
      end: { reason: 'not_started', code: 1006 },
    });
    expect(problems).toEqual([denied]);
    expect([source.acts, sink.acts]).toEqual([
      ['open', 'stop'],
      ['open', 'stop'],
    ]);
    expect(gateway.connections).toEqual([]);
  });

  test('[CV3] a back end that refuses is asked once', async () => {
    const cause = new Error('Log in first.');
    const getSession = vi.fn<() => never>(() => {
      throw cause;
    });
    const { conversation } = newCall({ getSession });
    const error = await failure(conversation.start());
    expect(getSession).toHaveBeenCalledOnce();
    expect(error).toMatchObject({ code: 'SESSION_REFUSED', recoverable: false, cause });
  });

  test.each([{ error: 'no' }, {}, '', undefined])('[CV3] a back end that answers %j is asked once', async (answer) => {
    const getSession = vi.fn<() => SessionInfo>(() => answer as unknown as SessionInfo);
    const { conversation, gateway } = newCall({ getSession });
    const error = await failure(conversation.start());
    expect(getSession).toHaveBeenCalledOnce();
    expect(gateway.connections).toEqual([]);
    expect(error).toMatchObject({ code: 'SESSION_REFUSED', cause: { code: 'INVALID_ARGUMENT' } });
  });

  test('[CV3] a device that fails in words of its own is not blamed on the network', async () => {
    const { conversation, source } = newCall();
    const cause = new DOMException('Too many contexts.', 'NotSupportedError');
    source.opening = Promise.reject(cause);
    expect(await failure(conversation.start())).toMatchObject({ code: 'UNSUPPORTED', cause });
  });

  test('[CV3] a refused connection is tried with one more session', async () => {
    const { conversation, gateway, asked } = newCall();
    const started = conversation.start();
    await settle();
    gateway.last.drop(1006);
    await settle();
    expect(gateway.last.dialled.protocols[0]).toBe('token-2');
    gateway.last.open();
    await started;
    expect(asked.map(({ reason }) => reason)).toEqual(['start', 'start']);
  });

  test('[CV3] and then given up', async () => {
    const { conversation, gateway } = newCall();
    const outcome = failure(conversation.start());
    await settle();
    gateway.last.drop(1006);
    await settle();
    gateway.last.drop(1006);
    expect(await outcome).toMatchObject({ code: 'CONNECT_FAILED', cause: { code: 'CONNECTION_FAILED' } });
    expect(gateway.connections).toHaveLength(2);
    expect(conversation.status).toBe('ended');
  });

  test('[CV3] a given session cannot be had again', async () => {
    const { conversation, gateway } = newCall({ session: infoOf(1), getSession: undefined });
    const outcome = failure(conversation.start());
    await settle();
    gateway.last.drop(1006);
    expect(await outcome).toMatchObject({ code: 'CONNECT_FAILED' });
    expect(gateway.connections).toHaveLength(1);
  });

  test('without anything to connect to it says what to pass', async () => {
    expect(await failure(createConversation({}).start())).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('getSession') as string,
    });
  });
});

describe('end', () => {
  test('[CV19] it closes the connection and releases the devices', async () => {
    const { conversation, connection, source, sink } = await startCall();
    await conversation.end();
    expect(connection.acts).toEqual([['close', 1000, 'client_closed']]);
    expect([source.acts.at(-1), sink.acts.at(-1)]).toEqual(['stop', 'stop']);
    expect(conversation.getSnapshot()).toMatchObject({
      status: 'ended',
      mode: 'listening',
      error: undefined,
      end: { reason: 'client_closed', code: 1000 },
    });
    await conversation.end();
    expect(connection.acts).toHaveLength(1);
    expect([vi.getTimerCount(), fake.page.listeners]).toEqual([0, 0]);
  });

  test('[CV19] ending what was never started is no error', async () => {
    const { conversation } = newCall();
    await conversation.end();
    expect(conversation.status).toBe('idle');
  });

  test('[CV19] while the microphone is asked for', async () => {
    const { conversation, source, gateway } = newCall();
    source.opening = new Promise(() => {});
    const outcome = failure(conversation.start());
    await settle();
    await conversation.end();
    expect(await outcome).toMatchObject({ code: 'CONNECT_FAILED' });
    expect(source.acts).toEqual(['open', 'stop']);
    expect(gateway.connections).toEqual([]);
    expect(conversation.error).toBe(undefined);
  });

  test('[CV19] while the back end is asked', async () => {
    const signals: AbortSignal[] = [];
    const { conversation } = newCall({
      getSession: ({ signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    const outcome = failure(conversation.start());
    await settle();
    await conversation.end();
    expect(signals[0]?.aborted).toBe(true);
    expect(await outcome).toMatchObject({ code: 'CONNECT_FAILED' });
  });

  test('[CV19] while the connection is being opened', async () => {
    const { conversation, gateway } = newCall();
    const outcome = failure(conversation.start());
    await settle();
    await conversation.end();
    expect(gateway.last.acts).toEqual([['close', 1000, 'client_closed']]);
    expect(await outcome).toMatchObject({ code: 'CONNECT_FAILED' });
  });

  test('[CV19] a gateway that does not answer is not waited for', async () => {
    const { conversation, connection } = await startCall();
    connection.close = (code, reason) => void connection.acts.push(['close', code, reason]);
    const ended = conversation.end();
    await vi.advanceTimersByTimeAsync(1_000);
    await ended;
    expect(connection.acts).toEqual([['close', 1000, 'client_closed'], ['terminate']]);
  });

  test('[CV19] by a signal', async () => {
    const controller = new AbortController();
    const { conversation, connection } = await startCall({ signal: controller.signal });
    controller.abort();
    expect(conversation.status).toBe('ended');
    expect(connection.acts).toEqual([['close', 1000, 'client_closed']]);
  });

  test('[CV19] a signal that was aborted before starts nothing', async () => {
    const { conversation, source } = newCall({ signal: AbortSignal.abort('no') });
    await failure(conversation.start());
    expect(source.acts).not.toContain('open');
    expect(conversation.status).toBe('ended');
  });

  test('[CV19] leaving the page ends it', async () => {
    const { conversation, connection } = await startCall();
    fake.page.fire('pagehide');
    expect(connection.acts).toEqual([['close', 1000, 'client_closed']]);
    expect(conversation.status).toBe('ended');
  });

  test.each([
    ['ended_by_api', 1000, undefined],
    ['duration_limit', 4408, undefined],
    ['slow_consumer', 4429, 'SESSION_ERROR'],
  ])('[CV15] the gateway ends it with %s', async (reason, code, error) => {
    const { conversation, connection, source } = await startCall();
    connection.say({ t: 'end', reason });
    connection.drop(code, reason);
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ended', end: { reason, code } });
    expect(conversation.error?.code).toBe(error);
    await settle();
    expect(source.acts.at(-1)).toBe('stop');
  });

  test('[CV19] a listener may end what is just ending, or start anew', async () => {
    const { conversation, connection, source, sink } = await startCall();
    const enough = conversation.on('status', () => {
      enough();
      void conversation.end();
      void conversation.start().catch(() => {});
    });
    connection.say({ t: 'end', reason: 'ended_by_api' });
    connection.drop(1000, 'ended_by_api');
    expect([source.acts.at(-1), sink.acts.at(-1)]).toEqual(['open', 'open']);
    expect(conversation.status).toBe('connecting');
  });

  test('[CV9, CV15] a provider that cannot be reached ends it with its words', async () => {
    const { conversation, connection } = await startCall();
    const problems: unknown[] = [];
    conversation.on('problem', ({ serverCode }) => problems.push(serverCode));
    connection.say(
      { t: 'error', code: 'S2S_PROVIDER_CONNECT_FAILED', message: 'No such model.', fatal: true },
      { t: 'end', reason: 'provider_connect_failed' },
    );
    connection.drop(1011, 'provider_connect_failed');
    expect(conversation.error).toMatchObject({
      code: 'SESSION_ERROR',
      serverCode: 'S2S_PROVIDER_CONNECT_FAILED',
      message: 'No such model.',
      recoverable: false,
    });
    expect(problems).toEqual(['S2S_PROVIDER_CONNECT_FAILED']);
  });
});
