// Devices that change, vanish and come back in the middle of a call. Chromium has two fake ones of each kind.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, type Chromium } from './helpers/chromium.ts';
import { writeMicrophoneFile, type MicrophoneFile } from './helpers/microphone-file.ts';
import { servePage, type ServedPage } from './helpers/serve-page.ts';
import { installTap } from './helpers/tap.ts';
import { tone } from './helpers/test-signal.ts';
import type { PartsWindow } from './pages/parts.ts';

let chromium: Chromium;
let site: ServedPage;
let file: MicrophoneFile;
beforeAll(async () => {
  file = await writeMicrophoneFile(tone(48_000 * 20, 48_000), 48_000);
  site = await servePage({ script: 'parts.ts' });
  chromium = await launchChromium({ microphone: file.path });
});
afterAll(async () => {
  await chromium?.close();
  await site?.close();
  await file?.remove();
});

test('[DEV1] devices are listed with their kinds, without the cameras', async () => {
  const page = await openPage();
  const devices = await page.evaluate(async () => {
    const { parts } = window as PartsWindow;
    const { microphone } = await parts.recordMicrophone(16_000);
    const list = await parts.listDevices();
    await microphone.stop();
    return list;
  });
  expect(devices.map(({ kind, label }) => `${kind} ${label}`).sort()).toEqual([
    'input Fake Audio Input 1',
    'input Fake Audio Input 2',
    'input Fake Default Audio Input',
    'output Fake Audio Output 1',
    'output Fake Audio Output 2',
    'output Fake Default Audio Output',
  ]);
});

test('[DEV2] a burst of changes is told once, with the new list, and not after the watch has ended', async () => {
  const page = await openPage();
  const calls = await page.evaluate(async () => {
    const { parts } = window as PartsWindow;
    const calls: number[] = [];
    const ended: number[] = [];
    const end = parts.watchDevices((devices) => calls.push(devices.length));
    const endEarly = parts.watchDevices((devices) => ended.push(devices.length));
    for (let change = 0; change < 5; change++) navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    endEarly();
    await parts.until(() => calls.length > 0);
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await parts.until(() => calls.length > 1);
    end();
    return { calls: calls.length, ended: ended.length };
  });
  expect(calls).toEqual({ calls: 2, ended: 0 });
});

test('[MIC4] another microphone takes over without a pause, stays muted, and the one before is let go', async () => {
  const page = await openPage();
  const result = await page.evaluate(async () => {
    const { parts, tracks } = window as PartsWindow;
    const { microphone, chunks, arrivals, problems } = await parts.recordMicrophone(16_000);
    const inputs = (await parts.listDevices()).filter(({ kind }) => kind === 'input');
    microphone.setMuted(true);
    await parts.until(() => chunks.length > 50 && chunks.at(-1)?.every((byte) => byte === 0) === true);
    const mutedFrom = chunks.length;
    const other = inputs.find(({ label }) => label === 'Fake Audio Input 2')?.deviceId ?? '';
    await microphone.setDevice(other);
    await parts.until(() => chunks.length > mutedFrom + 60);
    const gaps = arrivals.slice(mutedFrom).map((at, index) => at - (arrivals[mutedFrom + index - 1] ?? at));
    const silent = chunks.slice(mutedFrom).every((chunk) => chunk.every((byte) => byte === 0));
    const states = tracks.map(({ readyState, label }) => `${label} ${readyState}`);
    microphone.setMuted(false);
    await parts.until(() => chunks.at(-1)?.some((byte) => byte !== 0) === true);
    await microphone.stop();
    return { silent, states, problems, worstGapMs: Math.max(...gaps) };
  });
  expect(result).toEqual({
    silent: true,
    states: ['Fake Default Audio Input ended', 'Fake Audio Input 2 live'],
    problems: [],
    worstGapMs: expect.any(Number),
  });
  expect(result.worstGapMs).toBeLessThan(300);
});

test('[MIC4] of several changes the last one wins; one to nowhere fails and leaves the device as it was', async () => {
  const page = await openPage();
  const result = await page.evaluate(async () => {
    const { parts, tracks } = window as PartsWindow;
    const { microphone, chunks } = await parts.recordMicrophone(16_000);
    const idOf = async (name: string): Promise<string> =>
      (await parts.listDevices()).find(({ label }) => label === name)?.deviceId ?? '';
    const [one, two] = [await idOf('Fake Audio Input 1'), await idOf('Fake Audio Input 2')];
    await Promise.all([one, two, one, two, one].map((id) => microphone.setDevice(id)));
    const live = tracks.filter(({ readyState }) => readyState === 'live').map(({ label }) => label);
    const error = await microphone.setDevice('nowhere').catch(({ code, message }) => `${code}: ${message}`);
    const count = chunks.length;
    await parts.until(() => chunks.length > count + 5);
    const after = tracks.filter(({ readyState }) => readyState === 'live').map(({ label }) => label);
    await microphone.stop();
    return { live, error, after };
  });
  expect(result).toEqual({
    live: ['Fake Audio Input 1'],
    error: 'MIC_UNAVAILABLE: The chosen microphone is gone. Another one is used.',
    after: ['Fake Audio Input 1'],
  });
});

test('[MIC6] a chosen microphone that is gone at the start is replaced by the default one, and that is said', async () => {
  const page = await openPage();
  const result = await page.evaluate(async () => {
    const { parts, tracks } = window as PartsWindow;
    const { microphone, chunks, problems } = await parts.recordMicrophone(16_000, { deviceId: 'gone' });
    await parts.until(() => chunks.length > 2);
    await microphone.stop();
    return { problems, labels: tracks.map(({ label }) => label) };
  });
  expect(result).toEqual({ problems: ['MIC_UNAVAILABLE'], labels: ['Fake Default Audio Input'] });
});

test('[MIC6] one that vanishes without a word is missed when devices change, and replaced', async () => {
  const page = await openPage();
  const result = await page.evaluate(async () => {
    const { parts, tracks } = window as PartsWindow;
    const { microphone, chunks } = await parts.recordMicrophone(16_000);
    const [first] = tracks;
    const { deviceId, groupId } = first?.getSettings() ?? {};
    const { mediaDevices } = navigator;
    const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
    mediaDevices.enumerateDevices = async () =>
      (await enumerate()).filter((device) => device.deviceId !== deviceId || device.groupId !== groupId);
    mediaDevices.dispatchEvent(new Event('devicechange'));
    await parts.until(() => tracks.length > 1 && first?.readyState === 'ended');
    const count = chunks.length;
    await parts.until(() => chunks.slice(count).some((chunk) => chunk.some((byte) => byte !== 0)));
    await microphone.stop();
    return tracks.length;
  });
  expect(result).toBe(2);
});

test('[MIC6] with no other one left it is lost: silence goes on in rhythm until one is connected', async () => {
  const page = await openPage();
  const result = await page.evaluate(async () => {
    const { parts, tracks } = window as PartsWindow;
    const { microphone, chunks, problems } = await parts.recordMicrophone(16_000);
    await parts.until(() => chunks.length > 5);
    const { mediaDevices } = navigator;
    const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Requested device not found', 'NotFoundError'));
    tracks[0]?.stop();
    tracks[0]?.dispatchEvent(new Event('ended'));
    await parts.until(() => problems.length > 0);
    const lostAt = chunks.length;
    await parts.until(() => chunks.length > lostAt + 25);
    const silent = chunks.slice(lostAt + 5).every((chunk) => chunk.every((byte) => byte === 0));
    mediaDevices.dispatchEvent(new Event('devicechange'));
    mediaDevices.getUserMedia = getUserMedia;
    mediaDevices.dispatchEvent(new Event('devicechange'));
    await parts.until(() => chunks.at(-1)?.some((byte) => byte !== 0) === true);
    await microphone.stop();
    return { problems, silent };
  });
  expect(result).toEqual({ problems: ['MIC_LOST'], silent: true });
});

test('[SPK10] another loudspeaker is used when it is chosen; one that is not there is refused', async () => {
  const page = await openPage();
  const result = await page.evaluate(async () => {
    const { parts, tap } = window as PartsWindow;
    const { microphone } = await parts.recordMicrophone(16_000);
    const { speaker } = await parts.startSpeaker(24_000);
    const outputs = (await parts.listDevices()).filter(({ kind }) => kind === 'output');
    const one = outputs.find(({ label }) => label === 'Fake Audio Output 1')?.deviceId ?? '';
    const sink = (): unknown => (tap.context() as AudioContext & { sinkId?: string }).sinkId;
    await speaker.setDevice(one);
    const chosen = sink() === one;
    const error = await speaker.setDevice('nowhere').catch(({ code }) => code);
    const kept = sink() === one;
    await speaker.setDevice('');
    const system = sink();
    await speaker.stop();
    await microphone.stop();
    return { chosen, error, kept, system };
  });
  expect(result).toEqual({ chosen: true, error: 'OUTPUT_NOT_FOUND', kept: true, system: '' });
});

test('[SPK10] a chosen loudspeaker that vanishes is replaced by the default one, and that is said', async () => {
  const page = await openPage();
  const result = await page.evaluate(async () => {
    const { parts, tap } = window as PartsWindow;
    const { microphone } = await parts.recordMicrophone(16_000);
    const outputs = (await parts.listDevices()).filter(({ kind }) => kind === 'output');
    const one = outputs.find(({ label }) => label === 'Fake Audio Output 1')?.deviceId ?? '';
    const missing = await parts.startSpeaker(24_000, { deviceId: 'nowhere' });
    const present = await parts.startSpeaker(24_000, { deviceId: one });
    const context = tap.context() as AudioContext & { sinkId?: string };
    const before = context.sinkId === one;
    const { mediaDevices } = navigator;
    const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
    mediaDevices.enumerateDevices = async () => (await enumerate()).filter(({ deviceId }) => deviceId !== one);
    mediaDevices.dispatchEvent(new Event('devicechange'));
    await parts.until(() => present.events.length > 0 && context.sinkId === '');
    for (const { speaker } of [missing, present]) await speaker.stop();
    await microphone.stop();
    return { before, missing: missing.events, present: present.events };
  });
  expect(result).toEqual({ before: true, missing: ['OUTPUT_NOT_FOUND'], present: ['OUTPUT_LOST'] });
});

test('[SPK10] where a context cannot choose its loudspeaker, an audio element does', async () => {
  const page = await openPage();
  const result = await page.evaluate(async () => {
    const { parts } = window as PartsWindow;
    Reflect.deleteProperty(Object.getPrototypeOf(AudioContext.prototype), 'setSinkId');
    Reflect.deleteProperty(AudioContext.prototype, 'setSinkId');
    const elements: HTMLAudioElement[] = [];
    window.Audio = class extends Audio {
      constructor() {
        super();
        elements.push(this);
      }
    };
    const { microphone } = await parts.recordMicrophone(16_000);
    const outputs = (await parts.listDevices()).filter(({ kind }) => kind === 'output');
    const ids = [1, 2].map((n) => outputs.find(({ label }) => label === `Fake Audio Output ${n}`)?.deviceId ?? '');
    const { speaker, events, play } = await parts.startSpeaker(24_000);
    await speaker.setDevice(ids[0] ?? '');
    await speaker.setDevice(ids[1] ?? '');
    play('a', parts.tone(2400, 24_000));
    speaker.endTurn('a');
    await parts.until(() => events.length === 2);
    const used = elements.map(({ sinkId, paused }) => ({ isSecond: sinkId === ids[1], paused }));
    await speaker.setDevice('');
    const after = elements.map(({ paused }) => paused);
    await speaker.stop();
    await microphone.stop();
    return { used, after, events };
  });
  expect(result).toEqual({
    used: [{ isSecond: true, paused: false }],
    after: [true],
    events: ['start a', 'played a 100'],
  });
});

async function openPage(): Promise<Page> {
  const page = await chromium.newPage();
  await installTap(page);
  await page.goto(site.url);
  return page;
}
