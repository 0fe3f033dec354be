// How checks talk to a provider. Helpers here never judge: a check that is not about a step must survive its failure.
import type { SessionConfig, SessionEvent, ToolCallEvent } from '@speko/adapter';
import { driveAdapter, type AdapterDriver } from '../driver/drive-adapter.ts';
import { NotReadyFailure } from './conformance-failure.ts';
import type { ConformanceSubject, Stimuli } from './conformance-subject.ts';
import { makeSpeechSample } from './speech-sample.ts';

const LOOKUP_TOOL = {
  name: 'lookup',
  description: 'Looks something up.',
  parameters: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
};
const CLOCK_TOOL = { name: 'clock', description: 'Tells the time.', parameters: { type: 'object', properties: {} } };

const DEFAULT_STIMULI: Stimuli = {
  speech: makeSpeechSample,
  pauseMs: 1500,
  longQuestion: 'Please tell me a long story about a lighthouse, a storm and a boat that came home late that night.',
  toolCall: { text: 'Please call the tool lookup.', tools: [LOOKUP_TOOL] },
  parallelToolCalls: { text: 'Please call both lookup and clock.', tools: [LOOKUP_TOOL, CLOCK_TOOL] },
  voices: ['first-voice', 'other-voice'],
};

const PAUSE_STEP_MS = 20;

export function stimuliOf(subject: ConformanceSubject): Stimuli {
  return { ...DEFAULT_STIMULI, ...subject.stimuli };
}

/** The turn mode to use where a check does not care. */
export function usualMode(subject: ConformanceSubject): SessionConfig['turnDetection'] {
  return subject.adapter.capabilities.turnDetectionAuto ? 'auto' : 'manual';
}

/** Dials, without waiting. Text frames arrive as strings unless asked otherwise. */
export function dial(
  subject: ConformanceSubject,
  config: Partial<SessionConfig> = {},
  wire: { readonly textFramesAs?: 'string' | 'bytes'; readonly networkDelayMs?: number } = {},
): AdapterDriver {
  return driveAdapter({
    adapter: subject.adapter,
    options: subject.options ?? {},
    config: { turnDetection: usualMode(subject), ...subject.config, ...config },
    textFramesAs: wire.textFramesAs ?? 'string',
    networkDelayMs: wire.networkDelayMs ?? 0,
    ...(subject.simulator ? { simulator: subject.simulator } : {}),
  });
}

/**
 * A session that is ready for audio and commands.
 * @throws ConformanceFailure when it does not get ready
 */
export function startSession(...parameters: Parameters<typeof dial>): AdapterDriver {
  const driver = dial(...parameters);
  const ready = tryUntil(driver, 'session-ready', 30_000);
  if (ready === undefined) {
    throw new NotReadyFailure(driver.events.find((event) => event.type === 'provider-error')?.message);
  }
  return driver;
}

/** One user turn by voice, and no further: the answer has just begun. */
export function speakTurn(driver: AdapterDriver, subject: ConformanceSubject): void {
  const { speech, pauseMs } = stimuliOf(subject);
  const from = driver.events.length;
  driver.speak(speech(driver.audio.inputSampleRateHz));
  if (usualMode(subject) === 'manual') {
    driver.command({ type: 'audio-commit' });
    return;
  }
  const isAnswered = (): boolean => driver.events.slice(from).some((event) => event.type === 'response-start');
  for (let pausedMs = 0; pausedMs < pauseMs && !isAnswered(); pausedMs += PAUSE_STEP_MS) driver.pause(PAUSE_STEP_MS);
}

/** Asks by typing where that is possible, by voice where not. */
export function ask(driver: AdapterDriver, subject: ConformanceSubject, text: string): void {
  if (subject.adapter.capabilities.text) driver.command({ type: 'text-append', text });
  else speakTurn(driver, subject);
}

/** Steps through `limitMs`, at most until every type has been seen since `from`. */
export function waitForTypes(
  driver: AdapterDriver,
  types: readonly SessionEvent['type'][],
  { from = 0, limitMs = 10_000 }: { readonly from?: number; readonly limitMs?: number } = {},
): SessionEvent['type'][] {
  const missing = (): SessionEvent['type'][] =>
    types.filter((type) => !driver.events.slice(from).some((event) => event.type === type));
  for (let waitedMs = 0; waitedMs < limitMs && missing().length > 0; waitedMs += 50) driver.advance(50);
  return missing();
}

/** `until`, for steps that are allowed to fail. */
export function tryUntil<Type extends SessionEvent['type']>(
  driver: AdapterDriver,
  type: Type,
  limitMs: number,
): Extract<SessionEvent, { type: Type }> | undefined {
  try {
    return driver.until(type, { limitMs });
  } catch {
    return undefined;
  }
}

const tours = new WeakMap<ConformanceSubject, AdapterDriver>();

/**
 * One call in which everything happens that this provider can do: a spoken turn, a long answer cut by the user's
 * voice, one cut by a command, tools, the end of the connection. Many checks look at the same one.
 */
export function tour(subject: ConformanceSubject): AdapterDriver {
  const driver = tours.get(subject) ?? takeTour(subject);
  tours.set(subject, driver);
  return driver;
}

/** The same call, held again. */
export function takeTour(subject: ConformanceSubject): AdapterDriver {
  const { capabilities } = subject.adapter;
  const { speech, toolCall, longQuestion } = stimuliOf(subject);
  const driver = dial(subject, { tools: capabilities.tools ? toolCall.tools : [] });
  if (!tryUntil(driver, 'session-ready', 10_000)) return driver;
  speakTurn(driver, subject);
  driver.advance(8000);

  if (capabilities.turnDetectionAuto && driver.isOpen) {
    ask(driver, subject, longQuestion);
    tryUntil(driver, 'audio-delta', 3000);
    driver.speak(speech(driver.audio.inputSampleRateHz));
    driver.pause(stimuliOf(subject).pauseMs);
    driver.advance(8000);
  }
  if (capabilities.interrupt && driver.isOpen) {
    ask(driver, subject, longQuestion);
    const audio = tryUntil(driver, 'audio-delta', 3000);
    if (audio) cut(driver, audio.responseId, audio.itemId);
    driver.advance(8000);
  }
  if (capabilities.tools && driver.isOpen) {
    ask(driver, subject, toolCall.text);
    driver.advance(5000);
    for (const call of openCalls(driver))
      driver.command({ type: 'tool-result', callId: call.callId, output: '{"ok":1}' });
    driver.advance(8000);
  }
  driver.close();
  return driver;
}

/** Tool calls that were made and not taken back. */
export function openCalls(driver: AdapterDriver): ToolCallEvent[] {
  const cancelled = driver.events.flatMap((event) => (event.type === 'tool-cancel' ? [event.callId] : []));
  return driver.events
    .filter((event) => event.type === 'tool-call')
    .filter(({ callId }) => !cancelled.includes(callId));
}

function cut(driver: AdapterDriver, responseId: string, itemId: string): void {
  driver.command({ type: 'response-cancel', responseId });
  driver.advance(1000);
  const totalMs = audioMsOf(driver, responseId);
  driver.command({
    type: 'response-truncate',
    responseId,
    items: [{ itemId, heardMs: Math.floor(totalMs / 2), totalMs }],
  });
}

/** Audio of one response so far, whole milliseconds. */
export function audioMsOf(driver: AdapterDriver, responseId: string): number {
  let bytes = 0;
  for (const event of driver.events) {
    if (event.type === 'audio-delta' && event.responseId === responseId) bytes += event.pcm.byteLength;
  }
  return Math.floor((bytes * 500) / driver.audio.outputSampleRateHz);
}
