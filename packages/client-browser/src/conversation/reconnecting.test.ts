import type { SessionInfo } from '@speko/client-core';
import { describe, expect, test, vi } from 'vitest';
import { infoOf, type FakeConnection } from '../../test/fake-gateway.ts';
import { settle, startCall, useFakePage, type TestCall } from '../../test/new-call.ts';

const fake = useFakePage();
const READY = { t: 'ready', inputSampleRate: 16_000, outputSampleRate: 24_000 };

describe('a lost connection', () => {
  test('[CV4, CV15, CV16] is replaced by another session', async () => {
    const { conversation, connection, gateway, asked, source, sink } = await startCall();
    const statuses: string[] = [];
    conversation.on('status', (status) => statuses.push(status));
    connection.say({ t: 'transcript', role: 'user', text: 'Hello.', final: true, turn: 'u1', startMs: 10 });
    conversation.mute();
    connection.drop(1006);
    expect(conversation.error).toMatchObject({ code: 'CONNECTION_LOST', recoverable: true });
    source.hear();
    await vi.advanceTimersByTimeAsync(249);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked[1]).toMatchObject({
      reason: 'reconnect',
      previousSessionId: 's1',
      transcript: [{ id: 's1/u1', text: 'Hello.' }],
    });
    gateway.last.open();
    await settle();
    expect(statuses).toEqual(['reconnecting', 'connected']);
    expect(conversation).toMatchObject({ sessionId: 's2', error: undefined, muted: true });
    source.hear();
    expect([connection.received, gateway.last.received]).toEqual([[], ['<640 bytes>']]);
    expect(source.acts).toEqual(['open', 'start 16000', 'unmute', 'mute', 'start 16000', 'mute']);
    expect(sink.acts.filter((act) => act !== 'volume 1')).toEqual(['open', 'start 24000']);
  });

  test('[CV16] waits longer from attempt to attempt', async () => {
    const times: number[] = [];
    const startedAtMs = Date.now();
    let isDown = false;
    const { connection, gateway } = await startCall({
      getSession: () => {
        times.push(Date.now() - startedAtMs);
        if (isDown) throw new Error('down');
        return infoOf(times.length);
      },
    });
    isDown = true;
    connection.drop(1006);
    await vi.advanceTimersByTimeAsync(13_000);
    expect(times).toEqual([0, 250, 750, 1750, 3750, 7750, 12750]);
    isDown = false;
    await vi.advanceTimersByTimeAsync(5_000);
    gateway.last.open();
    gateway.last.say(READY);
    await vi.advanceTimersByTimeAsync(5_000);
    gateway.last.drop(1001);
    await vi.advanceTimersByTimeAsync(250);
    expect(times.at(-1)).toBe(23_250);
  });

  test('[CV16] a session that breaks before it is ready does not count as success', async () => {
    const { connection, gateway, asked } = await startCall();
    connection.drop(1006);
    await vi.advanceTimersByTimeAsync(250);
    gateway.last.open();
    gateway.last.drop(1006);
    await vi.advanceTimersByTimeAsync(499);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(3);
  });

  test('[CV16] is tried at once when the network is back', async () => {
    const { connection, asked } = await startCall();
    fake.page.fire('offline');
    connection.drop(1006);
    fake.page.fire('online');
    await settle();
    expect(asked).toHaveLength(2);
  });

  test('[CV16] and when the page is looked at', async () => {
    const { connection, asked } = await startCall();
    connection.drop(1006);
    fake.page.show('hidden');
    await settle();
    expect(asked).toHaveLength(1);
    fake.page.show('visible');
    await settle();
    expect(asked).toHaveLength(2);
  });

  test('[CV16] is given up in the end', async () => {
    const cause = new Error('down');
    let mints = 0;
    const { conversation, connection, source } = await startCall({
      reconnectForMs: 10_000,
      getSession: () => {
        mints += 1;
        if (mints > 1) throw cause;
        return infoOf(1);
      },
    });
    connection.drop(1006);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(conversation.status).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(1);
    expect(conversation.getSnapshot()).toMatchObject({
      status: 'ended',
      end: { reason: 'connection_lost', code: 1006 },
      error: { code: 'CONNECTION_LOST', recoverable: false, cause: { code: 'SESSION_REFUSED', cause } },
    });
    expect(source.acts.at(-1)).toBe('stop');
  });

  test('[CV16] also when the back end never answers', async () => {
    let mints = 0;
    const { conversation, connection } = await startCall({
      getSession: () => {
        mints += 1;
        return mints === 1 ? infoOf(1) : new Promise(() => {});
      },
    });
    connection.drop(1006);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(conversation.getSnapshot().end).toEqual({ reason: 'connection_lost', code: 1006 });
  });

  test('[CV16] is never given up where no limit is set', async () => {
    const { conversation, connection } = await startCall({ reconnectForMs: Infinity });
    connection.drop(1006);
    await vi.advanceTimersByTimeAsync(2);
    expect(conversation.status).toBe('reconnecting');
  });

  test.each([
    ['without getSession', { session: infoOf(1), getSession: undefined }],
    ['when that is switched off', { reconnectForMs: 0 }],
  ])('[CV15] is the end %s', async (_, options) => {
    const { conversation, connection, gateway } = await startCall(options);
    connection.drop(1006);
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ended', error: { code: 'CONNECTION_LOST' } });
    expect(gateway.connections).toHaveLength(1);
  });

  test('[CV15, EN8] a gateway that shuts down is left for another', async () => {
    const { conversation, connection, gateway } = await startCall();
    connection.say({ t: 'end', reason: 'server_shutdown' });
    connection.drop(1012, 'server_shutdown');
    await vi.advanceTimersByTimeAsync(999);
    expect(gateway.connections).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    gateway.last.open();
    expect(conversation).toMatchObject({ status: 'connected', sessionId: 's2' });
  });

  describe.each([
    [
      'breaks',
      [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000],
      (connection: FakeConnection) => connection.drop(1006),
    ],
    [
      'is shut down',
      [1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000],
      (connection: FakeConnection) => {
        connection.say({ t: 'end', reason: 'server_shutdown' });
        connection.drop(1012, 'server_shutdown');
      },
    ],
  ])('by one that %s as soon as it is ready, again and again,', (_, waitsMs, breakIt) => {
    /** Opens, makes ready and breaks every connection for so long, and says when sessions were asked for. */
    async function breakEach(call: TestCall & { connection: FakeConnection }, forMs: number): Promise<number[]> {
      const times: number[] = [];
      breakIt(call.connection);
      for (let passedMs = 50; passedMs <= forMs; passedMs += 50) {
        const dialled = call.gateway.connections.length;
        await vi.advanceTimersByTimeAsync(50);
        if (call.gateway.connections.length === dialled) continue;
        times.push(passedMs);
        call.gateway.last.open();
        call.gateway.last.say(READY);
        breakIt(call.gateway.last);
      }
      return times;
    }

    test('[CV16] the waits grow, and the time counts together', async () => {
      const call = await startCall();
      const times = await breakEach(call, 29_950);
      const waits = times.map((atMs, index) => atMs - (times[index - 1] ?? 0));
      expect(waits).toEqual(waitsMs);
      expect(call.conversation.status).toBe('reconnecting');
      await vi.advanceTimersByTimeAsync(50);
      expect(call.conversation.getSnapshot()).toMatchObject({ status: 'ended', error: { code: 'CONNECTION_LOST' } });
    });

    test('[CV16] ten sessions end it, however long it may be tried', async () => {
      const call = await startCall({ reconnectForMs: 3_600_000 });
      await breakEach(call, 120_000);
      expect(call.asked).toHaveLength(11); // one at the start
      expect(call.conversation.getSnapshot()).toMatchObject({
        status: 'ended',
        end: { reason: 'connection_lost', code: 1006 },
      });
    });
  });

  test('[CV16] one that was ready for 5 s has settled: the next loss is a new one', async () => {
    const { conversation, connection, gateway, asked } = await startCall();
    for (let loss = 1; loss <= 20; loss += 1) {
      (loss === 1 ? connection : gateway.last).drop(1006);
      await vi.advanceTimersByTimeAsync(250);
      expect(asked).toHaveLength(loss + 1);
      gateway.last.open();
      gateway.last.say(READY);
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(conversation.status).toBe('connected');
  });

  test('[CV16] one that was ready for less has not', async () => {
    const { connection, gateway, asked } = await startCall();
    connection.drop(1006);
    await vi.advanceTimersByTimeAsync(250);
    gateway.last.open();
    gateway.last.say(READY);
    await vi.advanceTimersByTimeAsync(4_999);
    gateway.last.drop(1006);
    await vi.advanceTimersByTimeAsync(499);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(3);
  });

  test('[CV16] sessions that cannot be dialled are counted too', async () => {
    const call = await startCall({ reconnectForMs: 3_600_000 });
    call.connection.drop(1006);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await vi.advanceTimersByTimeAsync(5_000);
      call.gateway.last.drop(1006);
    }
    expect(call.asked).toHaveLength(11);
    expect(call.conversation.status).toBe('ended');
  });

  test('[CV16] answers that are no session are not', async () => {
    let mints = 0;
    const { conversation, connection, gateway } = await startCall({
      reconnectForMs: 3_600_000,
      getSession: () => {
        mints += 1;
        return mints > 1 && mints < 22 ? ({ error: 'down' } as unknown as SessionInfo) : infoOf(mints);
      },
    });
    connection.drop(1006);
    while (gateway.connections.length < 2) await vi.advanceTimersByTimeAsync(250);
    gateway.last.open();
    expect(conversation).toMatchObject({ status: 'connected', sessionId: 's22' });
  });

  test('[CV16] a limit that no timer can take is no limit of a millisecond', async () => {
    const { conversation, connection, gateway } = await startCall({ reconnectForMs: Infinity });
    connection.drop(1006);
    await vi.advanceTimersByTimeAsync(250);
    gateway.last.open();
    expect(conversation.status).toBe('connected');
  });

  test('[CV16, CV18] the time offline counts until the connection answers, and is not begun anew when it breaks', async () => {
    const { conversation, connection } = await startCall();
    await vi.advanceTimersByTimeAsync(10_000);
    fake.page.fire('offline');
    await vi.advanceTimersByTimeAsync(20_000);
    connection.drop(1006);
    await vi.advanceTimersByTimeAsync(0);
    expect(conversation.status).toBe('reconnecting');
    fake.page.fire('offline');
    await vi.advanceTimersByTimeAsync(0);
    for (let second = 0; second < 10; second += 1) await vi.advanceTimersByTimeAsync(1_000);
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ended', end: { reason: 'connection_lost' } });
  });

  test('[CV19] nobody is asked for a session after the end', async () => {
    const { conversation, connection, asked } = await startCall();
    connection.drop(1006);
    await conversation.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
  });

  test('[CV19] ending while it is replaced ends that too', async () => {
    const { conversation, connection, gateway } = await startCall();
    connection.drop(1006);
    await vi.advanceTimersByTimeAsync(250);
    await conversation.end();
    expect(gateway.last.acts).toEqual([['close', 1000, 'client_closed']]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(gateway.connections).toHaveLength(2);
  });

  test('[CV10, CV18] what had come is still played, and no other session hears of it', async () => {
    const { conversation, connection, gateway, sink } = await startCall();
    connection.say({ t: 'speech', role: 'assistant', state: 'started', turn: 'a1' }, 500);
    sink.handlers?.onTurnStart('s1/a1');
    connection.drop(1006);
    await vi.advanceTimersByTimeAsync(250);
    gateway.last.open();
    expect(conversation.mode).toBe('speaking');
    expect(sink.acts).not.toContain('flush');
    expect(sink.acts).toContain('end s1/a1');
    sink.handlers?.onTurnPlayed({ turn: 's1/a1', playedMs: 500 });
    expect([conversation.mode, gateway.last.received]).toEqual(['listening', []]);
  });
});

test('[CV16] the time for another loss is its own, also when no session was ready since the one before', async () => {
  const { conversation, connection, gateway } = await startCall();
  connection.drop(1006);
  await vi.advanceTimersByTimeAsync(250);
  gateway.last.open(); // and no `ready`
  await vi.advanceTimersByTimeAsync(30_000);
  expect(conversation.status).toBe('connected');
  gateway.last.drop(1006);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(conversation.getSnapshot()).toMatchObject({ status: 'ended', error: { code: 'CONNECTION_LOST' } });
});

describe('health', () => {
  test('[CV17] a connection is pinged every 5 s', async () => {
    const { connection } = await startCall();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(connection.pings).toBe(0);
    await vi.advanceTimersByTimeAsync(16_000);
    expect(connection.pings).toBe(4);
    expect(connection.acts).toEqual([]);
  });

  test('[CV17] one that says nothing after a ping is cut and replaced', async () => {
    const { conversation, connection } = await startCall();
    connection.answersPings = false;
    await vi.advanceTimersByTimeAsync(12_000);
    expect(connection.acts).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(connection.acts).toEqual([['terminate']]);
    expect(conversation.status).toBe('reconnecting');
  });

  test('[CV17] any sign of life will do', async () => {
    const { connection } = await startCall();
    connection.answersPings = false;
    await vi.advanceTimersByTimeAsync(12_000);
    connection.say({ t: 'usage', inputAudioTokens: 1, outputAudioTokens: 1 });
    await vi.advanceTimersByTimeAsync(8_000);
    expect(connection.acts).toEqual([]);
  });

  test('[CV17] a page that is looked at again does not wait long', async () => {
    const { conversation, connection } = await startCall();
    connection.answersPings = false;
    fake.page.show('visible');
    expect(connection.pings).toBe(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(connection.acts).toEqual([['terminate']]);
    expect(conversation.status).toBe('reconnecting');
  });

  test('[CV18, CV12] offline nothing is sent, and the same connection goes on afterwards', async () => {
    const { conversation, connection, gateway, source } = await startCall();
    const problems: string[] = [];
    conversation.on('problem', ({ code }) => problems.push(code));
    fake.page.fire('offline');
    source.hear();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([conversation.status, connection.received, connection.pings]).toEqual(['reconnecting', [], 0]);
    fake.page.fire('online');
    await settle();
    expect(conversation.getSnapshot()).toMatchObject({ status: 'connected', error: undefined, sessionId: 's1' });
    source.hear();
    expect(connection.received).toEqual([{ t: 'control', action: 'clear' }, '<640 bytes>']);
    expect(gateway.connections).toHaveLength(1);
    expect(problems).toEqual(['CONNECTION_LOST']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(conversation.status).toBe('connected');
  });

  test('[CV18] a connection that did not survive is replaced', async () => {
    const { conversation, connection, gateway } = await startCall();
    connection.answersPings = false;
    fake.page.fire('offline');
    fake.page.fire('online');
    await vi.advanceTimersByTimeAsync(2_250);
    gateway.last.open();
    expect(gateway.connections).toHaveLength(2);
    expect(conversation.status).toBe('connected');
  });

  test('[CV16, CV18] a network that stays away ends it', async () => {
    const { conversation } = await startCall();
    fake.page.fire('offline');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ended', error: { code: 'CONNECTION_LOST' } });
  });
});
