import { isDeepStrictEqual } from 'node:util';
import {
  AdapterError,
  type CodecOutput,
  type ProviderFrame,
  type SessionEvent,
  type ToolDefinition,
} from '@speko/adapter';
import type { ProviderMachine } from '../../driver/provider-machine.ts';
import { createMachine } from '../../driver/provider-machine.ts';
import { makeSessionConfig } from '../../driver/session-config.ts';
import { replayTranscript } from '../../transcript/replay-transcript.ts';
import { parseTranscript, type TranscriptLine } from '../../transcript/transcript.ts';
import { isDialed, type ConformanceCheck } from '../conformance-check.ts';
import { ensure } from '../conformance-failure.ts';
import { ask, startSession, stimuliOf, takeTour, tour, usualMode } from '../conformance-session.ts';
import type { ConformanceSubject } from '../conformance-subject.ts';
import { DEEP_JSON, deepenFrame, shapeOfFrame } from '../deepen-frame.ts';
import { findShapeFault } from '../event-shape.ts';
import { makeStrangeCommand, makeStrangeFrame, Random } from '../fuzz.ts';

const DEFAULT_SEEDS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const FRAMES_PER_SEED = 60;

/** Codecs are total: any vendor frame and any command yields an answer, never an exception. */
export const DECODE_CHECKS: readonly ConformanceCheck[] = [
  {
    name: 'decode-total',
    rule: 'AD8',
    title: 'decode survives any JSON, truncation, unknown types and binary garbage',
    appliesTo: isDialed,
    run(subject) {
      for (const { what, output, thrown } of fuzzDecode(subject)) {
        ensure(thrown === undefined, `${what} threw ${String(thrown)}`);
        requireWhole(what, output);
      }
    },
  },
  {
    name: 'commands-total',
    rule: 'AD9',
    title: 'commands and audio in any order, with ids that mean nothing, are survived and answered',
    run(subject) {
      const ids = tour(subject).events.flatMap(listIds);
      for (const seed of subject.seeds ?? DEFAULT_SEEDS) {
        const random = new Random(seed);
        const driver = startSession(subject, { tools: toolsOf(subject) });
        for (let step = 0; step < FRAMES_PER_SEED && driver.isOpen; step++) {
          const command = makeStrangeCommand(random, ids);
          const what = `${JSON.stringify(command).slice(0, 200)} (seed ${seed}, step ${step})`;
          const { output, thrown } = attempt(() => {
            if (random.below(3) === 0) driver.append(new Uint8Array((1 + random.below(2000)) * 2));
            const answer = driver.command(command);
            driver.advance(random.below(200));
            return answer;
          });
          ensure(thrown === undefined && output !== undefined, `${what} threw ${String(thrown)}`);
          if (output.type === 'ok') requireWhole(what, output);
          else ensure(output.reason.trim() !== '', `${what} is unsupported without a reason`);
        }
        driver.close();
      }
    },
  },
  {
    name: 'foreign-json',
    rule: 'AD27',
    title: 'JSON that others wrote costs bounded work, however it nests and refers to itself',
    run(subject) {
      configureWithReferences(subject);
      for (const { what, thrown } of decodeTooDeep(subject)) {
        ensure(thrown === undefined, `decode of ${what} threw ${String(thrown)}`);
      }
      if (!subject.adapter.capabilities.tools) return;
      const { toolCall } = stimuliOf(subject);
      for (const output of DEEP_JSON) {
        const driver = startSession(subject, { tools: toolCall.tools });
        ask(driver, subject, toolCall.text);
        const { callId } = driver.until('tool-call');
        const { thrown } = attempt(() => driver.command({ type: 'tool-result', callId, output }));
        ensure(thrown === undefined, `a tool result that nests deep threw ${String(thrown)}`);
        driver.close();
      }
    },
  },
  {
    name: 'decode-bytes',
    rule: 'AD10',
    title: 'a text frame means the same as a string and as bytes',
    appliesTo: isDialed,
    run(subject) {
      for (const [name, transcript] of listTranscripts(subject)) {
        const replay = { adapter: subject.adapter, options: subject.options ?? {}, transcript };
        const asString = replayTranscript({ ...replay, textFramesAs: 'string' });
        // Events that differ from run to run are another check's business.
        const again = replayTranscript({ ...replay, textFramesAs: 'string' });
        if (!isDeepStrictEqual(asString.events, again.events)) continue;
        const asBytes = replayTranscript({ ...replay, textFramesAs: 'bytes' });
        const index = asString.events.findIndex((event, at) => !isDeepStrictEqual(event, asBytes.events[at]));
        const isSame = index === -1 && asString.events.length === asBytes.events.length;
        ensure(
          isSame,
          `${name}: event ${index} is ${asString.events[index]?.type} from a string, ${asBytes.events[index]?.type ?? 'missing'} from bytes`,
        );
      }
    },
  },
  {
    name: 'decode-unknown',
    rule: 'AD11',
    title: 'an unknown or unreadable message comes through as provider-raw and as nothing else',
    appliesTo: isDialed,
    run(subject) {
      const frames = [
        '{"type":"not.a.type.of.this.vendor","notAFieldOfThisVendor":{}}',
        '{"notAField',
        '[]',
        Uint8Array.of(0, 255, 1),
      ];
      for (const frame of frames) {
        const machine = freshMachine(subject);
        machine.start(0);
        const { events } = machine.decode(frame, 10);
        const types = events.map((event) => event.type).join(', ') || 'nothing';
        ensure(types === 'provider-raw', `${show(frame)} gave ${types}; it must give one provider-raw`);
      }
    },
  },
  {
    name: 'event-shape',
    rule: 'AD12',
    title: 'every event has the fields its type promises: ids, even audio, counts of 0 or more',
    run(subject) {
      for (const [name, events] of listRuns(subject)) {
        for (const event of events) {
          const fault = findShapeFault(event);
          ensure(fault === undefined, `${name}: ${fault}`);
        }
      }
      // Nothing that a vendor sends may become a broken event.
      for (const { what, output } of isDialed(subject) ? fuzzDecode(subject) : []) {
        for (const event of output?.events ?? []) {
          const fault = findShapeFault(event);
          ensure(fault === undefined, `${what}: ${fault}`);
        }
      }
    },
  },
  {
    name: 'repeatable',
    rule: 'AD13',
    title: 'the same messages give the same events, every time',
    run(subject) {
      const again = new Map([...listRuns(subject), ['the suite’s own call', takeTour(subject).events]]);
      for (const [name, events] of listRuns(subject)) {
        const other = again.get(name) ?? [];
        const index = events.findIndex((event, at) => !isDeepStrictEqual(event, other[at]));
        ensure(index === -1 && events.length === other.length, `${name}: event ${index} differs from run to run`);
      }
    },
  },
];

/** Events of everything that can be run: the suite's own call, and each recorded one. */
export function listRuns(subject: ConformanceSubject): [name: string, events: readonly SessionEvent[]][] {
  const runs: [string, readonly SessionEvent[]][] = [['the suite’s own call', tour(subject).events]];
  for (const [name, text] of Object.entries(subject.transcripts ?? {})) {
    const transcript = parseTranscript(text);
    const { events } = replayTranscript({ adapter: subject.adapter, options: subject.options ?? {}, transcript });
    runs.push([`transcript ${name}`, events]);
  }
  return runs;
}

function listTranscripts(subject: ConformanceSubject): [name: string, transcript: readonly TranscriptLine[]][] {
  const config = { turnDetection: usualMode(subject), ...subject.config, tools: toolsOf(subject) };
  const own: [string, readonly TranscriptLine[]] = [
    'the suite’s own call',
    [{ dir: 'config', config }, ...tour(subject).transcript],
  ];
  const recorded = Object.entries(subject.transcripts ?? {});
  return [own, ...recorded.map(([name, text]): [string, TranscriptLine[]] => [name, parseTranscript(text)])];
}

function knownFrames(subject: ConformanceSubject): ProviderFrame[] {
  return listTranscripts(subject).flatMap(([, lines]) =>
    lines.flatMap((line) => ('frame' in line && line.dir === 'in' ? [line.frame] : [])),
  );
}

function freshMachine(subject: ConformanceSubject): ProviderMachine {
  const { adapter } = subject;
  const config = makeSessionConfig(adapter, {
    turnDetection: usualMode(subject),
    ...subject.config,
    tools: toolsOf(subject),
  });
  return createMachine(adapter, config, adapter.parseOptions(subject.options ?? {}));
}

function toolsOf(subject: ConformanceSubject) {
  return subject.adapter.capabilities.tools ? stimuliOf(subject).toolCall.tools : [];
}

interface Attempt<Output> {
  readonly output: Output | undefined;
  readonly thrown: unknown;
}

/** Two kilobytes that are 130,000 schemas when each reference is put in its place. */
const REFERENCES: ToolDefinition = {
  name: 'refer',
  description: 'Takes a schema that refers to itself a lot.',
  parameters: {
    type: 'object',
    properties: { x: { $ref: '#/$defs/d0' } },
    $defs: Object.fromEntries(
      Array.from({ length: 17 }, (_, level) => {
        const next = level === 16 ? { type: 'string' } : { $ref: `#/$defs/d${level + 1}` };
        return [`d${level}`, { type: 'object', properties: { a: next, b: next } }];
      }),
    ),
  },
};
const MAX_SETUP_LENGTH = 1_048_576;

/** Planning and saying hello, or refusing to. */
function configureWithReferences({ adapter, options = {}, config = {} }: ConformanceSubject): void {
  const { output, thrown } = attempt(() => {
    const machine = createMachine(
      adapter,
      makeSessionConfig(adapter, { ...config, tools: [REFERENCES] }),
      adapter.parseOptions(options),
    );
    return machine.start(0);
  });
  if (AdapterError.isInstance(thrown) && thrown.code === 'BAD_OPTIONS') return;
  ensure(thrown === undefined, `a tool whose schema has many references threw ${String(thrown)}`);
  const length = (output?.frames ?? []).reduce((sum, frame) => sum + frame.length, 0);
  ensure(
    length <= MAX_SETUP_LENGTH,
    `a tool of 2 KB whose schema has many references is configured by ${length} bytes`,
  );
}

/** A call in which each kind of message comes too deep before it comes as it should. */
function* decodeTooDeep(subject: ConformanceSubject): Generator<Attempt<CodecOutput> & { readonly what: string }> {
  if (!isDialed(subject)) return;
  const machine = freshMachine(subject);
  machine.start(0);
  const seen = new Set<string>();
  for (const [index, known] of knownFrames(subject).entries()) {
    const shape = shapeOfFrame(known);
    if (!seen.has(shape)) {
      for (const { what, frame } of deepenFrame(known)) {
        yield { what, ...attempt(() => machine.decode(frame, index)) };
      }
    }
    seen.add(shape);
    attempt(() => machine.decode(known, index));
  }
}

/** Feeds strange frames to fresh codecs, the same ones every time. */
function* fuzzDecode(subject: ConformanceSubject): Generator<Attempt<CodecOutput> & { readonly what: string }> {
  const known = knownFrames(subject);
  for (const seed of subject.seeds ?? DEFAULT_SEEDS) {
    const random = new Random(seed);
    const machine = freshMachine(subject);
    yield { what: `hello (seed ${seed})`, ...attempt(() => machine.start(0)) };
    for (let step = 1; step <= FRAMES_PER_SEED; step++) {
      const frame = makeStrangeFrame(random, known);
      const nowMs = step * 10;
      const what = `decode of ${show(frame)} (seed ${seed}, step ${step})`;
      yield { what, ...attempt(() => machine.decode(frame, nowMs)) };
      const { wakeAtMs } = machine;
      if (wakeAtMs !== undefined && wakeAtMs <= nowMs) {
        yield { what: `wake after ${what}`, ...attempt(() => machine.wake(nowMs)) };
      }
    }
    const close = attempt(() => machine.close({ type: 'closed', code: 1006, reason: '' }, 1e6));
    yield {
      what: `close (seed ${seed})`,
      output: close.output && { events: close.output, frames: [] },
      thrown: close.thrown,
    };
  }
}

function attempt<Output>(run: () => Output): Attempt<Output> {
  try {
    return { output: run(), thrown: undefined };
  } catch (error) {
    return { output: undefined, thrown: error ?? 'nothing' };
  }
}

function requireWhole(what: string, output: CodecOutput | undefined): void {
  const isWhole = Array.isArray(output?.events) && Array.isArray(output?.frames);
  ensure(isWhole, `${what} must return arrays of events and frames`);
}

function listIds(event: SessionEvent): string[] {
  return [
    ...('responseId' in event && event.responseId !== undefined ? [event.responseId] : []),
    ...('itemId' in event && event.itemId !== undefined ? [event.itemId] : []),
    ...('callId' in event ? [event.callId] : []),
  ];
}

function show(frame: ProviderFrame): string {
  return typeof frame === 'string'
    ? JSON.stringify(frame.slice(0, 200))
    : `bytes [${frame.subarray(0, 16).join(',')}…]`;
}
