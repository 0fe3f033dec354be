import '../test/dom.ts';
import type { ConversationOptions, RealtimeTool } from '@speko/client-browser';
import { act, createElement, StrictMode, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFakeCall } from '../test/fake-call.ts';
import { useAudioLevel } from './use-audio-level.ts';
import { useConversation, type UseConversation } from './use-conversation.ts';

let root: Root;
let container: HTMLElement;
let current: UseConversation;
let renders: number;

function Call(options: ConversationOptions): ReactNode {
  current = useConversation(options);
  renders += 1;
  return createElement('p', null, current.status, ' ', current.transcript.map(({ text }) => text).join(' '));
}

const show = (node: ReactNode): Promise<void> => act(async () => root.render(node));
const start = (): Promise<void> => act(() => current.start());

beforeEach(() => {
  renders = 0;
  container = document.createElement('div');
  root = createRoot(container);
});
afterEach(() => act(async () => root.unmount()));

test('[RC1] it shows what the conversation does', async () => {
  const call = createFakeCall();
  await show(createElement(Call, call.options));
  expect(container.textContent).toBe('idle ');
  await start();
  expect(container.textContent).toBe('connected ');
  await act(async () => call.say({ t: 'transcript', role: 'user', text: 'Hello.', final: true, turn: 'u1' }));
  expect(container.textContent).toBe('connected Hello.');
  await act(() => current.end());
  expect(container.textContent).toBe('ended Hello.');
  expect(current.ended).toEqual({ reason: 'client_closed', code: 1000 });
});

test('[RC1] it renders again for changes only', async () => {
  const call = createFakeCall();
  await show(createElement(Call, call.options));
  await start();
  renders = 0;
  await act(async () => call.say({ t: 'usage', inputAudioTokens: 1, outputAudioTokens: 1 }));
  expect(renders).toBe(0);
  await act(async () => current.mute());
  expect([renders, current.muted]).toEqual([1, true]);
});

test('[RC2] commands and conversation are the same in every render', async () => {
  const call = createFakeCall();
  await show(createElement(Call, call.options));
  const before = current;
  const commands = Object.entries(before).filter(([, value]) => typeof value === 'function');
  await show(createElement(Call, { ...call.options }));
  expect(current).not.toBe(before);
  expect(commands.map(([name]) => name).toSorted()).toEqual([
    'end',
    'hold',
    'interrupt',
    'mute',
    'release',
    'sendText',
    'sendToolResult',
    'setInputDevice',
    'setOutputDevice',
    'setVolume',
    'start',
    'unblock',
    'unmute',
  ]);
  expect(current).toMatchObject(Object.fromEntries(commands));
  expect(current.conversation).toBe(before.conversation);
});

test('[RC3] under StrictMode one microphone is opened, and only by start()', async () => {
  const call = createFakeCall();
  await show(createElement(StrictMode, null, createElement(Call, call.options)));
  expect(call.microphone).toEqual([]);
  await start();
  expect([call.microphone, current.status]).toEqual([['open'], 'connected']);
});

test('[RC4] unmounting ends the call', async () => {
  const call = createFakeCall();
  await show(createElement(Call, call.options));
  await start();
  await show(null);
  expect(call.microphone).toEqual(['open', 'stop']);
  expect(current.conversation.status).toBe('ended');
});

test('[RC4, RC6] unmounting while it connects throws at nobody', async () => {
  const call = createFakeCall();
  await show(createElement(Call, { ...call.options, getSession: () => new Promise<never>(() => {}) }));
  let starting: Promise<void> | undefined;
  await act(async () => void (starting = current.start()));
  await show(null);
  expect(await starting).toBe(undefined);
});

test('[RC5] tools and getSession are those of the last render', async () => {
  const call = createFakeCall();
  const asked: string[] = [];
  const render = (name: string): Promise<void> => {
    const tool: RealtimeTool = { name: 'who', description: 'Who?', parameters: {}, execute: () => name };
    const getSession: ConversationOptions['getSession'] = (context) => {
      asked.push(name);
      return call.options.getSession!(context);
    };
    return show(createElement(Call, { ...call.options, getSession, tools: [tool] }));
  };
  await render('first');
  await render('second');
  await start();
  await render('third');
  await act(async () => call.say({ t: 'tool_call', callId: 'c1', name: 'who', arguments: '{}' }));
  expect(asked).toEqual(['second']);
  expect(call.received).toEqual([{ t: 'tool_result', callId: 'c1', output: 'third' }]);
});

test('[RC6] what keeps it from starting is told by `error`', async () => {
  const call = createFakeCall();
  const refuse = (): never => {
    throw new Error('Log in first.');
  };
  await show(createElement(Call, { ...call.options, getSession: refuse }));
  await start();
  expect([current.status, current.error?.code]).toEqual(['ended', 'SESSION_REFUSED']);
});

test('[RC6] a signal that aborts while it connects throws at nobody', async () => {
  const call = createFakeCall();
  const leaving = new AbortController();
  const options = { ...call.options, getSession: () => new Promise<never>(() => {}), signal: leaving.signal };
  await show(createElement(Call, options));
  await act(async () => {
    const starting = current.start();
    leaving.abort();
    await starting;
  });
  expect(current.status).toBe('ended');
});

test('[RC6] a mistake of the page is thrown', async () => {
  await show(createElement(Call, {}));
  await expect(current.start()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('[RC7] a server renders the idle conversation', () => {
  expect(renderToString(createElement(Call, createFakeCall().options))).toContain('idle');
});

test('[RC8] levels are drawn frame by frame, without rendering', async () => {
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', (id: number) => (frames[id - 1] = () => {}));
  const drawn: string[] = [];
  let meterRenders = 0;
  const conversation = { inputLevel: 0.5, outputLevel: 0.25 };
  function Meter({ side, label }: { side: 'input' | 'output'; label: string }): ReactNode {
    meterRenders += 1;
    useAudioLevel(conversation, side, (level) => drawn.push(`${label} ${level}`));
    return null;
  }
  const next = (): void => frames.at(-1)?.(0);
  await show(createElement(Meter, { side: 'input', label: 'a' }));
  next();
  conversation.inputLevel = 0.75;
  next();
  await show(createElement(Meter, { side: 'output', label: 'b' }));
  next();
  expect([drawn, meterRenders]).toEqual([['a 0.5', 'a 0.75', 'b 0.25'], 2]);
  await show(null);
  next();
  expect(drawn).toHaveLength(3);
  vi.unstubAllGlobals();
});
