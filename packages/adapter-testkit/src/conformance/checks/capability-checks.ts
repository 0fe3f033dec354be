import { isDeepStrictEqual } from 'node:util';
import {
  AdapterError,
  type AdapterCapabilities,
  type CapabilityName,
  type ProviderFrame,
  type SessionCommand,
  type SessionConfig,
  type SessionEvent,
} from '@speko/adapter';
import type { AdapterDriver } from '../../driver/drive-adapter.ts';
import { makeSessionConfig } from '../../driver/session-config.ts';
import { findAudioPayload } from '../audio-payload.ts';
import { isDialed, type ConformanceCheck } from '../conformance-check.ts';
import { ensure } from '../conformance-failure.ts';
import {
  ask,
  audioMsOf,
  dial,
  openCalls,
  speakTurn,
  startSession,
  stimuliOf,
  tour,
  usualMode,
  waitForTypes,
} from '../conformance-session.ts';
import type { ConformanceSubject } from '../conformance-subject.ts';

interface Directions {
  /** Check for a true flag. @throws ConformanceFailure */
  readonly whenTrue: (subject: ConformanceSubject) => void;
  /** Check for a false flag. @throws ConformanceFailure */
  readonly whenFalse: (subject: ConformanceSubject) => void;
}

const DIRECTIONS: Readonly<Record<CapabilityName, Directions>> = {
  turnDetectionAuto: {
    whenTrue(subject) {
      const driver = startSession(subject, { turnDetection: 'auto' });
      speakTurn(driver, subject);
      const types = ['speech-start', 'speech-end', 'response-start'] as const;
      const missing = waitForTypes(driver, types);
      ensure(missing.length === 0, `a spoken turn and a pause gave no ${missing.join(', ')}`);
    },
    whenFalse: (subject) => refusesOrIgnores(subject, { turnDetection: 'auto' }, 's2s.turnDetection'),
  },
  turnDetectionManual: {
    whenTrue(subject) {
      const driver = startSession(subject, { turnDetection: 'manual' });
      const { speech, pauseMs } = stimuliOf(subject);
      driver.speak(speech(driver.audio.inputSampleRateHz));
      driver.pause(pauseMs);
      ensureNone(driver, ['response-start', 'input-commit'], 'before audio-commit');
      ensureOk(driver, { type: 'audio-commit' });
      const missing = waitForTypes(driver, ['input-commit', 'response-start']);
      ensure(missing.length === 0, `audio-commit gave no ${missing.join(', ')}`);
    },
    whenFalse: (subject) => refusesOrIgnores(subject, { turnDetection: 'manual' }, 's2s.turnDetection'),
  },
  commit: {
    whenTrue(subject) {
      const driver = startSession(subject);
      ensureOk(driver, { type: 'audio-commit' });
      driver.advance(2000);
      ensureNone(driver, ['response-start', 'provider-error'], 'after a commit of nothing');
      driver.speak(stimuliOf(subject).speech(driver.audio.inputSampleRateHz));
      ensureSends(subject, driver, { type: 'audio-commit' });
      const missing = waitForTypes(driver, ['response-start']);
      ensure(missing.length === 0, 'audio-commit after speech gave no response-start');
    },
    whenFalse: (subject) => ensureUnsupported(startSession(subject), { type: 'audio-commit' }),
  },
  clear: {
    whenTrue(subject) {
      const { turnDetectionManual } = subject.adapter.capabilities;
      const driver = startSession(subject, { turnDetection: turnDetectionManual ? 'manual' : usualMode(subject) });
      driver.speak(
        stimuliOf(subject).speech(driver.audio.inputSampleRateHz).subarray(0, driver.audio.inputSampleRateHz),
      );
      // An adapter may hold a turn back until it is committed: then there is nothing to take back.
      const wasSent = driver.transcript.some((line) => line.dir === 'out' && hasAudio(subject, line.frame));
      if (wasSent) ensureSends(subject, driver, { type: 'audio-clear' });
      else ensureOk(driver, { type: 'audio-clear' });
      if (!turnDetectionManual) return;
      ensureOk(driver, { type: 'audio-commit' });
      driver.advance(3000);
      ensureNone(driver, ['response-start', 'provider-error'], 'although the audio was cleared');
    },
    whenFalse: (subject) => ensureUnsupported(startSession(subject), { type: 'audio-clear' }),
  },
  interrupt: {
    whenTrue(subject) {
      const driver = startSession(subject);
      ask(driver, subject, stimuliOf(subject).longQuestion);
      const { responseId } = driver.until('audio-delta');
      ensureSends(subject, driver, { type: 'response-cancel', responseId });
      const end = driver.until('response-end', { limitMs: 5000, where: (event) => event.responseId === responseId });
      ensure(end.status === 'cancelled', `a cancelled response ended as ${end.status}`);
    },
    whenFalse: (subject) =>
      ensureUnsupported(startSession(subject), { type: 'response-cancel', responseId: 'response' }),
  },
  truncate: {
    whenTrue(subject) {
      const driver = startSession(subject);
      ask(driver, subject, stimuliOf(subject).longQuestion);
      const { responseId, itemId } = driver.until('audio-delta');
      driver.advance(300);
      if (subject.adapter.capabilities.interrupt) driver.command({ type: 'response-cancel', responseId });
      driver.until('response-end', { where: (event) => event.responseId === responseId });
      const totalMs = audioMsOf(driver, responseId);
      const items = [{ itemId, heardMs: Math.floor(totalMs / 2), totalMs }];
      ensureSends(subject, driver, { type: 'response-truncate', responseId, items });
      driver.advance(2000);
      ensureNone(driver, ['provider-error'], 'after response-truncate');
    },
    whenFalse: (subject) =>
      ensureUnsupported(startSession(subject), { type: 'response-truncate', responseId: 'response', items: [] }),
  },
  text: {
    whenTrue(subject) {
      const driver = startSession(subject);
      ensureSends(subject, driver, { type: 'text-append', text: 'Hello.' });
      const missing = waitForTypes(driver, ['response-start', 'response-end']);
      ensure(missing.length === 0, `a typed message gave no ${missing.join(', ')}`);
    },
    whenFalse: (subject) => ensureUnsupported(startSession(subject), { type: 'text-append', text: 'Hello.' }),
  },
  tools: {
    whenTrue(subject) {
      const { toolCall } = stimuliOf(subject);
      const driver = startSession(subject, { tools: toolCall.tools });
      ask(driver, subject, toolCall.text);
      const missing = waitForTypes(driver, ['tool-call']);
      ensure(missing.length === 0, 'stimuli.toolCall did not lead to a tool-call');
    },
    whenFalse(subject) {
      refusesOrIgnores(subject, { tools: stimuliOf(subject).toolCall.tools }, 's2s.tools');
      ensureUnsupported(startSession(subject), { type: 'tool-result', callId: 'call', output: '{}' });
    },
  },
  parallelTools: {
    whenTrue(subject) {
      const driver = askForTwoTools(subject);
      const calls = openCalls(driver);
      ensure(calls.length === 2, `stimuli.parallelToolCalls led to ${calls.length} open calls, not 2`);
      for (const { callId } of calls) ensureSends(subject, driver, { type: 'tool-result', callId, output: '{"ok":1}' });
      const from = driver.events.findLastIndex((event) => event.type === 'tool-call');
      const missing = waitForTypes(driver, ['response-start'], { from });
      ensure(missing.length === 0, 'the provider did not answer after both results');
      driver.advance(5000);
      const starts = driver.events.slice(from).filter((event) => event.type === 'response-start').length;
      ensure(starts === 1, `two results led to ${starts} answers, not 1`);
    },
    whenFalse(subject) {
      if (!subject.adapter.capabilities.tools) return;
      const calls = openCalls(askForTwoTools(subject));
      ensure(calls.length <= 1, `${calls.length} calls are open at once although parallelTools is false`);
    },
  },
  firstMessage: {
    whenTrue(subject) {
      const driver = startSession(subject, { firstMessage: 'Hello, how can I help?' });
      const missing = waitForTypes(driver, ['response-start', 'audio-delta', 'response-end']);
      ensure(missing.length === 0, `firstMessage gave no ${missing.join(', ')}`);
    },
    whenFalse: (subject) => refusesOrIgnores(subject, { firstMessage: 'Hello.' }, 'firstMessage'),
  },
  temperature: {
    whenTrue: (subject) => ensureMatters(subject, { temperature: 0.7 }, { temperature: 1.1 }, 's2s.temperature'),
    whenFalse: (subject) => refusesOrIgnores(subject, { temperature: 0.7 }, 's2s.temperature'),
  },
  voice: {
    whenTrue(subject) {
      const [voice, other] = stimuliOf(subject).voices;
      ensureMatters(subject, { voice }, { voice: other }, 's2s.voice');
    },
    whenFalse: (subject) => refusesOrIgnores(subject, { voice: stimuliOf(subject).voices[0] }, 's2s.voice'),
  },
  userTranscript: {
    whenTrue: (subject) => ensure(hasTranscript(spokenTurn(subject), 'user'), 'a spoken turn was not transcribed'),
    whenFalse: (subject) =>
      ensure(!hasTranscript(tour(subject), 'user'), 'user transcripts come although the flag is false'),
  },
  assistantTranscript: {
    whenTrue: (subject) => ensure(hasTranscript(spokenTurn(subject), 'assistant'), 'an answer was not transcribed'),
    whenFalse: (subject) =>
      ensure(!hasTranscript(tour(subject), 'assistant'), 'assistant transcripts come although the flag is false'),
  },
  usage: {
    whenTrue: (subject) => ensure(hasUsage(spokenTurn(subject)), 'no usage came with or after a response'),
    whenFalse: (subject) => ensure(!hasUsage(tour(subject)), 'usage comes although the flag is false'),
  },
  resumption: {
    whenTrue: (subject) => ensure(has(tour(subject), 'resumption-update'), 'no resumption-update came in a whole call'),
    whenFalse: (subject) =>
      ensure(!has(tour(subject), 'resumption-update'), 'resumption-update comes although the flag is false'),
  },
  fullDuplex: {
    whenTrue: (subject) =>
      ensure(!has(tour(subject), 'input-commit'), 'input-commit comes from a provider that knows no turns'),
    whenFalse: (subject) => ensure(has(spokenTurn(subject), 'input-commit'), 'a spoken turn gave no input-commit'),
  },
};

/** One check per flag: a flag is a promise in both directions. */
export const capabilityChecks: readonly ConformanceCheck[] = Object.entries(DIRECTIONS).map(([flag, directions]) => ({
  name: `capability-${flag}`,
  rule: 'AD25',
  title: `${flag} does what it says, whether true or false`,
  run(subject) {
    const name = flag as CapabilityName;
    const usual = subject.adapter.capabilities[name];
    if (usual) directions.whenTrue(subject);
    else directions.whenFalse(subject);
    const manual = manualSubject(subject);
    if (manual === undefined || capabilitiesOf(manual)[name] === usual) return;
    if (usual) directions.whenFalse(manual);
    else directions.whenTrue(manual);
  },
}));

/** The same subject in sessions whose turns the client ends, where the adapter can then do something else. */
function manualSubject(subject: ConformanceSubject): ConformanceSubject | undefined {
  const { adapter } = subject;
  if (!('sessionCapabilities' in adapter) || !adapter.capabilities.turnDetectionManual) return undefined;
  return { ...subject, config: { ...subject.config, turnDetection: 'manual' } };
}

function capabilitiesOf({ adapter, config, options }: ConformanceSubject): AdapterCapabilities {
  const session = makeSessionConfig(adapter, config);
  return adapter.sessionCapabilities?.(session, adapter.parseOptions(options ?? {})) ?? adapter.capabilities;
}

/** A session setting without a knob: refused by `plan`, or named in `session-ready`. */
function refusesOrIgnores(subject: ConformanceSubject, config: Partial<SessionConfig>, path: string): void {
  let driver: AdapterDriver;
  try {
    driver = startSession(subject, config);
  } catch (error) {
    ensure(AdapterError.isInstance(error) && error.code === 'BAD_OPTIONS', `${path}: ${String(error)}`);
    return;
  }
  ensure(
    ignoredBy(driver).includes(path),
    `${path} is neither refused as BAD_OPTIONS nor listed in session-ready.ignored`,
  );
}

/** Two values of a setting must lead to two different plans or first messages. */
function ensureMatters(
  subject: ConformanceSubject,
  config: Partial<SessionConfig>,
  other: Partial<SessionConfig>,
  path: string,
): void {
  const driver = startSession(subject, config);
  ensure(!ignoredBy(driver).includes(path), `${path} is listed in session-ready.ignored although the flag is true`);
  if (!isDialed(subject)) return;
  ensure(
    !isDeepStrictEqual(setupOf(driver), setupOf(dial(subject, other))),
    `${path} reaches neither the plan nor a message`,
  );
}

function setupOf(driver: AdapterDriver): unknown {
  driver.advance(1000);
  const sent = driver.transcript.flatMap((line) => ('frame' in line && line.dir === 'out' ? [line.frame] : []));
  return { plan: driver.plan, sent };
}

function ignoredBy(driver: AdapterDriver): readonly string[] {
  return driver.events.find((event) => event.type === 'session-ready')?.ignored ?? [];
}

function ensureOk(driver: AdapterDriver, command: SessionCommand): void {
  const output = driver.command(command);
  ensure(output.type === 'ok', `${command.type} is unsupported although the flag is true`);
}

/** Ok, and for a dialled provider something is really sent. */
function ensureSends(subject: ConformanceSubject, driver: AdapterDriver, command: SessionCommand): void {
  const from = driver.transcript.length;
  ensureOk(driver, command);
  driver.advance(isDialed(subject) ? 200 : 0);
  const isSent = driver.transcript.slice(from).some((line) => line.dir === 'out');
  ensure(isSent || !isDialed(subject), `${command.type} is said to be done, but no frame was sent`);
}

function ensureUnsupported(driver: AdapterDriver, command: SessionCommand): void {
  const output = driver.command(command);
  ensure(output.type === 'unsupported', `${command.type} is done although the flag is false`);
  ensure(output.reason.trim() !== '', `${command.type} is unsupported without a reason`);
}

function hasAudio({ audioPayload = findAudioPayload }: ConformanceSubject, frame: ProviderFrame): boolean {
  return audioPayload(frame) !== undefined;
}

function ensureNone(driver: AdapterDriver, types: readonly SessionEvent['type'][], when: string): void {
  const found = driver.events.find((event) => types.includes(event.type));
  ensure(found === undefined, `${found?.type} came ${when}`);
}

function askForTwoTools(subject: ConformanceSubject): AdapterDriver {
  const { parallelToolCalls } = stimuliOf(subject);
  const driver = startSession(subject, { tools: parallelToolCalls.tools });
  ask(driver, subject, parallelToolCalls.text);
  driver.advance(5000);
  return driver;
}

function spokenTurn(subject: ConformanceSubject): AdapterDriver {
  const driver = startSession(subject);
  speakTurn(driver, subject);
  driver.advance(10_000);
  return driver;
}

function has(driver: AdapterDriver, type: SessionEvent['type']): boolean {
  return driver.events.some((event) => event.type === type);
}

function hasTranscript(driver: AdapterDriver, role: 'user' | 'assistant'): boolean {
  return driver.events.some(
    (event) =>
      (event.type === 'transcript-delta' || event.type === 'transcript-replace' || event.type === 'transcript-end') &&
      event.role === role,
  );
}

function hasUsage(driver: AdapterDriver): boolean {
  return driver.events.some(
    (event) => event.type === 'usage-report' || (event.type === 'response-end' && event.usage !== undefined),
  );
}
