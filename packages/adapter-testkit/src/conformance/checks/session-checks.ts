import { findAudioPayload } from '../audio-payload.ts';
import { isDialed, type ConformanceCheck } from '../conformance-check.ts';
import { ConformanceFailure, ensure } from '../conformance-failure.ts';
import { ask, audioMsOf, startSession, stimuliOf, tour, tryUntil } from '../conformance-session.ts';
import { findOrderFaults } from '../event-order.ts';
import { listRuns } from './decode-checks.ts';

/** The beginning of every call: nearly all other checks rest on it. */
export const READINESS_CHECKS: readonly ConformanceCheck[] = [
  {
    name: 'ready-once',
    rule: 'AD14',
    title: 'session-ready comes once, in time, and before anything but errors and raw messages',
    run(subject) {
      const driver = tour(subject);
      const types = driver.events.map((event) => event.type);
      const first = types.indexOf('session-ready');
      ensure(first !== -1, `no session-ready; seen: ${[...new Set(types)].join(', ') || 'nothing'}`);
      ensure(types.lastIndexOf('session-ready') === first, 'session-ready came twice');
      const early = types.slice(0, first).filter((type) => type !== 'provider-error' && type !== 'provider-raw');
      ensure(early.length === 0, `${early.join(', ')} came before session-ready`);
      const atMs = driver.timeline[first]?.atMs ?? 0;
      const limitMs = driver.plan?.readyTimeoutMs ?? 0;
      ensure(atMs <= limitMs, `session-ready came after ${atMs} ms; the plan allows ${limitMs}`);
    },
  },
];

/** Rules of every call. */
export const SESSION_CHECKS: readonly ConformanceCheck[] = [
  {
    name: 'event-order',
    rule: 'AD15',
    title: 'every start has one end, deltas fall between, ids are stable and never used again',
    run(subject) {
      for (const [index, [name, events]] of listRuns(subject).entries()) {
        // A recording may stop in the middle of a call; the suite's own call ends with close().
        const faults = findOrderFaults(events, { isWhole: index === 0 && isDialed(subject) });
        ensure(faults.length === 0, `${name}: ${faults.join('; ')}`);
      }
    },
  },
  {
    name: 'audio-in',
    rule: 'AD16',
    title: 'every sample of the user reaches the provider, in order, whatever the sizes of the pieces',
    appliesTo: isDialed,
    run(subject) {
      const { audioPayload = findAudioPayload } = subject;
      const driver = startSession(subject);
      const pcm = stimuliOf(subject).speech(driver.audio.inputSampleRateHz);
      const sizes = [960, 102, 3200, 1918, 4800];
      const from = driver.transcript.length;
      for (let offset = 0, turn = 0; offset < pcm.byteLength && driver.isOpen; turn++) {
        const size = sizes[turn % sizes.length] ?? 960;
        const piece = pcm.slice(offset, offset + size);
        driver.append(piece);
        // The caller may use its buffer again at once.
        piece.fill(0x55);
        offset += size;
        driver.advance(20);
      }
      driver.advance(500);
      const sent = driver.transcript
        .slice(from)
        .flatMap((line) => ('frame' in line && line.dir === 'out' ? [audioPayload(line.frame)] : []))
        .filter((payload) => payload !== undefined);
      ensure(
        sameBytes(joined(sent), pcm),
        `${pcm.byteLength} bytes went in; what was sent (${joined(sent).byteLength} bytes) differs`,
      );
    },
  },
  {
    name: 'audio-out',
    rule: 'AD17',
    title: 'every sample of the provider comes out, in order',
    appliesTo: isDialed,
    run(subject) {
      const { audioPayload = findAudioPayload } = subject;
      const driver = startSession(subject);
      ask(driver, subject, stimuliOf(subject).longQuestion);
      driver.until('response-end');
      const received = driver.transcript
        .flatMap((line) => ('frame' in line && line.dir === 'in' ? [audioPayload(line.frame)] : []))
        .filter((payload) => payload !== undefined);
      const heard = driver.events.flatMap((event) => (event.type === 'audio-delta' ? [event.pcm] : []));
      ensure(received.length > 0, 'the provider sent no audio in answer to stimuli.longQuestion');
      ensure(
        sameBytes(joined(heard), joined(received)),
        `the provider sent ${joined(received).byteLength} bytes of audio, ${joined(heard).byteLength} came out or they differ`,
      );
    },
  },
  {
    name: 'audio-rates',
    rule: 'AD18',
    title: 'an answer lasts equally long at every rate a client may choose, measured by the declared rate',
    run(subject) {
      const durationsMs = [16_000, 24_000].map((rateHz) => {
        const driver = startSession(subject, { inputSampleRateHz: rateHz, outputSampleRateHz: rateHz });
        ask(driver, subject, stimuliOf(subject).longQuestion);
        const { responseId } = driver.until('audio-delta');
        driver.until('response-end', { where: (event) => event.responseId === responseId });
        return audioMsOf(driver, responseId);
      });
      const [atLow = 0, atHigh = 0] = durationsMs;
      ensure(
        Math.abs(atLow - atHigh) <= 100,
        `${atLow} ms at 16 kHz, ${atHigh} ms at 24 kHz: is the declared rate the real one?`,
      );
    },
  },
  {
    name: 'wake',
    rule: 'AD19',
    title: 'wakeAtMs is a time or nothing, moves on after wake, and is gone after close',
    run(subject) {
      const { wakeFaults } = tour(subject);
      ensure(wakeFaults.length === 0, wakeFaults.slice(0, 3).join('; '));
    },
  },
  {
    name: 'close-ends',
    rule: 'AD20',
    title: 'a lost connection ends the open response and is reported by one fatal provider-error',
    appliesTo: isDialed,
    run(subject) {
      const driver = startSession(subject);
      ask(driver, subject, stimuliOf(subject).longQuestion);
      const { responseId } = driver.until('audio-delta');
      const last = driver.close();
      const ends = last.filter((event) => event.type === 'response-end' && event.responseId === responseId);
      ensure(ends.length === 1, `close() gave ${ends.length} response-end for the open response`);
      const fatal = last.filter((event) => event.type === 'provider-error' && event.fatal);
      ensure(fatal.length === 1, `close() gave ${fatal.length} fatal provider-errors`);
    },
  },
  {
    name: 'barge-in',
    rule: 'AD21',
    title: 'after the user speaks up or the client interrupts, the response ends and no more of its audio comes',
    appliesTo: ({ adapter: { capabilities } }) => capabilities.turnDetectionAuto || capabilities.interrupt,
    run(subject) {
      const { turnDetectionAuto, interrupt, fullDuplex } = subject.adapter.capabilities;
      const { longQuestion, speech } = stimuliOf(subject);
      for (const cause of ['voice', 'command'] as const) {
        if (cause === 'voice' ? !turnDetectionAuto || fullDuplex : !interrupt) continue;
        const driver = startSession(subject, {}, { networkDelayMs: 20 });
        ask(driver, subject, longQuestion);
        const { responseId } = driver.until('audio-delta');
        const isItsEnd = (event: { readonly type: string; readonly responseId?: string }): boolean =>
          event.type === 'response-end' && event.responseId === responseId;
        if (cause === 'voice') {
          driver.speak(speech(driver.audio.inputSampleRateHz).subarray(0, driver.audio.inputSampleRateHz));
          const started = tryUntil(driver, 'speech-start', 1000);
          if (!started) throw new ConformanceFailure('the user spoke while the provider did: no speech-start');
        }
        const isOver = driver.events.some(isItsEnd);
        if (interrupt && !isOver) driver.command({ type: 'response-cancel', responseId });
        const from = driver.events.length;
        driver.advance(5000);
        ensure(driver.events.some(isItsEnd), `interrupted by ${cause}: no response-end within 5 s`);
        if (!interrupt) continue;
        const late = driver.events
          .slice(from)
          .filter((event) => event.type === 'audio-delta' && event.responseId === responseId);
        ensure(
          late.length === 0,
          `interrupted by ${cause}: ${late.length} audio-delta of that response came afterwards`,
        );
      }
    },
  },
];

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.byteLength;
  }
  return whole;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}
