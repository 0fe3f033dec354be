// The suite, tried on an adapter that keeps every promise and on ones that break a single promise each: a check is
// worth something only if it finds what it is there for, and nothing else.
import {
  AdapterError,
  type AdapterCodec,
  type CapabilityName,
  type CodecOutput,
  type DialedAdapter,
  type ProviderFrame,
  type SessionEvent,
} from '@speko/adapter';
import { describe, expect, test } from 'vitest';
import { ADAPTER_CHECKS, runConformance, type ConformanceSubject } from '../src/index.ts';
import { defineAdapterConformance } from '../src/vitest.ts';
import { createReference, type ReferenceOptions } from './reference-adapter.ts';
import { createReferenceSimulator } from './reference-simulator.ts';

type Adapter = DialedAdapter<ReferenceOptions>;

const subject = {
  options: { apiKey: 'reference-secret' },
  secrets: ['reference-secret'],
  simulator: createReferenceSimulator(),
  failures: {
    auth: { frames: [{ type: 'error', kind: 'auth' }] },
    quota: { frames: [{ type: 'error', kind: 'quota' }], end: { type: 'closed', code: 1013, reason: '' } },
    goAway: { frames: [{ type: 'bye', ms: 5000 }] },
  },
} satisfies Omit<ConformanceSubject, 'adapter'>;

defineAdapterConformance({ adapter: createReference(), ...subject });

/** Names of the checks that find something, each once. */
function findings(adapter: Adapter): string[] {
  return runConformance({ ...subject, seeds: [1, 2], adapter }).map(({ check }) => check);
}

/** The reference adapter with a codec that was tampered with. */
function withCodec(tamper: (codec: AdapterCodec) => Partial<AdapterCodec>, base: Adapter = createReference()): Adapter {
  return {
    ...base,
    createCodec(config, options) {
      const codec = base.createCodec(config, options);
      const own: AdapterCodec = {
        hello: (nowMs) => codec.hello(nowMs),
        decode: (frame, nowMs) => codec.decode(frame, nowMs),
        appendAudio: (pcm, nowMs) => codec.appendAudio(pcm, nowMs),
        encode: (command, nowMs) => codec.encode(command, nowMs),
        get wakeAtMs() {
          return codec.wakeAtMs;
        },
        wake: (nowMs) => codec.wake(nowMs),
        close: (end, nowMs) => codec.close(end, nowMs),
      };
      return Object.defineProperties(own, Object.getOwnPropertyDescriptors(tamper(codec)));
    },
  };
}

/** The reference adapter with some of its decoded events changed, dropped or doubled. */
function withEvents(change: (event: SessionEvent, frame: ProviderFrame) => readonly SessionEvent[]): Adapter {
  return withCodec((codec) => ({
    decode(frame, nowMs): CodecOutput {
      const output = codec.decode(frame, nowMs);
      return { ...output, events: output.events.flatMap((event) => change(event, frame)) };
    },
  }));
}

function withCapabilities(
  changes: Partial<Record<CapabilityName, boolean>>,
  reasons: Partial<Record<CapabilityName, string>> = {},
): Adapter {
  const base = createReference();
  return {
    ...base,
    capabilities: { ...base.capabilities, ...changes, reasons: { ...base.capabilities.reasons, ...reasons } },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('an honest adapter passes', () => {
  test.each([
    [['turnDetectionAuto']],
    [['turnDetectionManual', 'commit', 'clear']],
    [['interrupt', 'truncate']],
    [['text', 'parallelTools', 'tools']],
    [['firstMessage', 'temperature', 'voice']],
    [['userTranscript', 'assistantTranscript', 'usage', 'resumption']],
  ] as CapabilityName[][][])('also without %j', (without = []) => {
    expect(runConformance({ ...subject, adapter: createReference(without) })).toEqual([]);
  });
});

describe('[AD27] JSON that others wrote', () => {
  const base = createReference();

  test('a schema may not be written out without a bound', () => {
    const writeOut = (schema: unknown, root: unknown): unknown => {
      const { $ref, properties } = schema as { $ref?: string; properties?: Record<string, unknown> };
      const definitions = (root as { $defs?: Record<string, unknown> }).$defs ?? {};
      if ($ref !== undefined) return writeOut(definitions[$ref.replace('#/$defs/', '')], root);
      if (properties === undefined) return schema;
      return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, writeOut(each, root)]));
    };
    const adapter: Adapter = {
      ...base,
      createCodec(config, options) {
        const codec = base.createCodec(config, options);
        const hello = codec.hello.bind(codec);
        codec.hello = (nowMs) => {
          const output = hello(nowMs);
          const written = config.tools.map(({ parameters }) => writeOut(parameters, parameters));
          const setup = JSON.parse(String(output.frames[0])) as object;
          return { ...output, frames: [JSON.stringify({ ...setup, written })] };
        };
        return codec;
      },
    };
    expect(findings(adapter)).toEqual(['foreign-json']);
  });

  test('a schema that is too large may be refused', () => {
    const adapter: Adapter = {
      ...base,
      plan(config, options) {
        if (config.tools.some(({ parameters }) => '$defs' in parameters)) {
          throw new AdapterError({ code: 'BAD_OPTIONS', message: 'Too large.', path: 's2s.tools[0].parameters' });
        }
        return base.plan(config, options);
      },
    };
    expect(findings(adapter)).toEqual([]);
  });

  test('no message may nest so deep that it cannot be handled', () => {
    const adapter = withCodec((codec) => ({
      decode(frame, nowMs) {
        const text = typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
        if (isJson(text)) JSON.stringify(JSON.parse(text));
        return codec.decode(frame, nowMs);
      },
    }));
    expect(findings(adapter)).toEqual(['foreign-json']);
  });
});

describe('[AD25] capabilities of a session', () => {
  const base = createReference();

  test('are held to when they differ from those of the adapter', () => {
    const reasons = { ...base.capabilities.reasons, clear: 'Not in sessions like this, we say.' };
    const adapter: Adapter = {
      ...base,
      sessionCapabilities: ({ turnDetection }) =>
        turnDetection === 'manual' ? { ...base.capabilities, clear: false, reasons } : base.capabilities,
    };
    expect(findings(adapter)).toEqual(['capability-clear']);
  });

  test('change nothing when they do not', () => {
    expect(findings({ ...base, sessionCapabilities: () => base.capabilities })).toEqual([]);
  });
});

describe('[AD1, AD2, AD3, AD4, AD5, AD6, AD7, AD8, AD9, AD10, AD11, AD12, AD13, AD14, AD15, AD16, AD17, AD18, AD19, AD20, AD21, AD22, AD23, AD24, AD25, AD27, AD28, AD29, AD30] a broken adapter fails the check that is there for it, and no other', () => {
  const base = createReference();
  let planCount = 0;
  let codecCount = 0;

  const broken: Record<string, () => Adapter> = {
    identity: () => ({ ...base, id: 'Reference Adapter' }),
    'options-refused': () => ({ ...base, parseOptions: (input) => input as ReferenceOptions }),
    'capability-reasons': () => {
      const { reasons: _reasons, ...flags } = base.capabilities;
      return { ...base, capabilities: { ...flags, reasons: {} } };
    },
    'plan-repeatable': () => ({
      ...base,
      plan: (config, options) => ({
        ...base.plan(config, options),
        headers: { ...base.plan(config, options).headers, nonce: `${++planCount}` },
      }),
    }),
    'no-side-effects': () => ({
      ...base,
      plan(config, options) {
        return { ...base.plan(config, options), protocols: process.env['REFERENCE_PROTOCOL'] ? ['x'] : [] };
      },
    }),
    'plan-no-secret': () => ({
      ...base,
      plan: (config, options) => ({
        ...base.plan(config, options),
        url: `wss://reference.example/v1?key=${options.apiKey}`,
      }),
    }),
    'plan-sane': () => ({
      ...base,
      plan: (config, options) => ({ ...base.plan(config, options), handshakeTimeoutMs: 0 }),
    }),
    'decode-total': () =>
      withCodec((codec) => ({
        decode(frame, nowMs) {
          if (frame === 'null') throw new TypeError('null has no properties');
          return codec.decode(frame, nowMs);
        },
      })),
    'commands-total': () =>
      withCodec((codec) => ({
        encode(command, nowMs) {
          if (command.type === 'response-truncate' && command.items.length === 0) throw new TypeError('no first item');
          return codec.encode(command, nowMs);
        },
      })),
    'foreign-json': () =>
      withCodec((codec) => ({
        encode(command, nowMs) {
          // As an adapter does whose vendor wants an object.
          if (command.type === 'tool-result' && isJson(command.output)) JSON.stringify(JSON.parse(command.output));
          return codec.encode(command, nowMs);
        },
      })),
    'decode-bytes': () =>
      withCodec((codec) => ({
        decode: (frame, nowMs) => codec.decode(typeof frame === 'string' ? frame : 'binary', nowMs),
      })),
    'decode-unknown': () =>
      withEvents((event) => (event.type === 'provider-raw' && event.name !== 'invalid' ? [] : [event])),
    'event-shape': () =>
      withEvents((event) => (event.type === 'speech-end' ? [{ ...event, audioEndMs: -1 }] : [event])),
    repeatable: () => {
      return {
        ...withCodec(() => ({})),
        createCodec(config, options) {
          const codec = base.createCodec(config, options);
          const decode = codec.decode.bind(codec);
          codecCount += 1;
          const model = `model-${codecCount}`;
          codec.decode = (frame, nowMs) => {
            const output = decode(frame, nowMs);
            return {
              ...output,
              events: output.events.map((event) => (event.type === 'session-ready' ? { ...event, model } : event)),
            };
          };
          return codec;
        },
      };
    },
    'ready-once': () => withEvents((event) => (event.type === 'session-ready' ? [event, event] : [event])),
    'event-order': () => withEvents((event) => (event.type === 'speech-end' ? [event, event] : [event])),
    'audio-in': () =>
      withCodec((codec) => ({
        appendAudio: (pcm, nowMs) => (pcm.byteLength > 2 ? codec.appendAudio(pcm.subarray(0, -2), nowMs) : []),
      })),
    'audio-out': () =>
      withEvents((event) =>
        event.type === 'audio-delta' && event.pcm.byteLength > 2 ? [{ ...event, pcm: event.pcm.subarray(2) }] : [event],
      ),
    'audio-rates': () => ({
      ...base,
      plan: (config, options) => ({
        ...base.plan(config, options),
        audio: { inputSampleRateHz: 24_000, outputSampleRateHz: config.outputSampleRateHz },
      }),
    }),
    wake: () => {
      return withCodec((codec) => ({
        wake: (nowMs) => ({ ...codec.wake(nowMs), events: [] }),
        get wakeAtMs() {
          return codec.wakeAtMs === undefined ? undefined : 1000;
        },
      }));
    },
    'close-ends': () =>
      withCodec((codec) => {
        let isReady = false;
        return {
          decode(frame, nowMs) {
            const output = codec.decode(frame, nowMs);
            isReady ||= output.events.some((event) => event.type === 'audio-delta');
            return output;
          },
          close: (end, nowMs) => codec.close(end, nowMs).filter((event) => !isReady || event.type !== 'provider-error'),
        };
      }),
    'barge-in': () => {
      return withCodec((codec) => {
        const muted = new Set<string>();
        return {
          encode(command, nowMs) {
            if (command.type === 'response-cancel') muted.add(command.responseId);
            return codec.encode(command, nowMs);
          },
          decode(frame, nowMs) {
            const output = codec.decode(frame, nowMs);
            const message = typeof frame === 'string' ? /"type":"audio","response":"(\w+)"/.exec(frame) : null;
            const responseId = message?.[1];
            if (responseId === undefined || !muted.has(responseId)) return output;
            return {
              ...output,
              events: [{ type: 'audio-delta', responseId, itemId: `i-${responseId}`, pcm: new Uint8Array(4800) }],
            };
          },
        };
      });
    },
    'tool-call-whole': () =>
      withEvents((event) => (event.type === 'tool-call' ? [{ ...event, name: `${event.name}_` }] : [event])),
    'tool-result': () =>
      withCodec((codec) => ({
        encode(command, nowMs) {
          const output = codec.encode(command, nowMs);
          if (command.type !== 'tool-result' || output.type !== 'ok') return output;
          const frame = JSON.stringify({ type: 'tool_result', output: command.output });
          return {
            ...output,
            frames: [frame, JSON.stringify({ ...(JSON.parse(String(output.frames[0])) as object), output: '' })],
          };
        },
      })),
    'call-id-used-again': () =>
      withCodec((codec) => {
        const seen = new Set<string>();
        return {
          decode(frame, nowMs) {
            const output = codec.decode(frame, nowMs);
            const id = /"type":"tool_done","id":"(\w+)"/.exec(String(frame))?.[1];
            if (id === undefined || !seen.has(id)) {
              if (id !== undefined) seen.add(id);
              return output;
            }
            return { ...output, events: output.events.filter((event) => event.type !== 'tool-call') };
          },
        };
      }),
    'call-unusable': () =>
      withEvents((event) => (event.type === 'provider-error' && event.code === 'UNUSABLE_TOOL_CALL' ? [] : [event])),
    'large-integers': () =>
      withEvents((event) =>
        event.type === 'tool-call' ? [{ ...event, arguments: JSON.stringify(JSON.parse(event.arguments)) }] : [event],
      ),
    'audio-damaged': () =>
      withEvents((event, frame) => {
        if (event.type !== 'provider-error' || !String(frame).includes('"type":"audio"')) return [event];
        const { response, item, data } = JSON.parse(String(frame)) as Record<string, string>;
        const pcm = new Uint8Array(Buffer.from(data ?? '', 'base64'));
        const even = pcm.subarray(0, pcm.byteLength - (pcm.byteLength % 2));
        if (even.byteLength === 0) return [event];
        return [event, { type: 'audio-delta', responseId: response ?? '', itemId: item ?? '', pcm: even }];
      }),
    'failure-connection': () =>
      withCodec((codec) => ({
        close: (end, nowMs) =>
          codec
            .close(end, nowMs)
            .map((event) => (event.type === 'provider-error' ? { ...event, retryable: true } : event)),
      })),
    'failure-auth': () =>
      withEvents((event) =>
        event.type === 'provider-error' && event.code === 'AUTH_FAILED' ? [{ ...event, code: 'CLOSED' }] : [event],
      ),
    'failure-quota': () =>
      withEvents((event) =>
        event.type === 'provider-error' && event.code === 'QUOTA_EXCEEDED'
          ? [{ ...event, code: 'RATE_LIMITED', retryable: true }]
          : [event],
      ),
    'failure-go-away': () => withEvents((event) => (event.type === 'go-away' ? [] : [event])),
    'failure-once': () =>
      withCodec((codec) => ({
        close: (end, nowMs) => {
          const events = codec.close(end, nowMs);
          const isReported = events.some((event) => event.type === 'provider-error');
          if (isReported || end.type !== 'closed' || end.code !== 1000) return events;
          return [
            ...events,
            { type: 'provider-error', code: 'CLOSED', message: 'closed', fatal: true, retryable: true },
          ];
        },
      })),
    'capability-turnDetectionAuto': () =>
      withCapabilities({ turnDetectionAuto: false }, { turnDetectionAuto: 'Not here, we say.' }),
    'capability-turnDetectionManual': () =>
      withCapabilities({ turnDetectionManual: false }, { turnDetectionManual: 'Not here, we say.' }),
    'capability-commit': () => withCapabilities({ commit: false }, { commit: 'Not here, we say.' }),
    'capability-clear': () => withCapabilities({ clear: false }, { clear: 'Not here, we say.' }),
    'capability-interrupt': () => withCapabilities({ interrupt: false }, { interrupt: 'Not here, we say.' }),
    'capability-truncate': () =>
      withCodec((codec) => ({
        encode: (command, nowMs) =>
          command.type === 'response-truncate' ? { type: 'ok', events: [], frames: [] } : codec.encode(command, nowMs),
      })),
    'capability-text': () => {
      const other = createReference(['tools', 'parallelTools']);
      const reasons = { ...other.capabilities.reasons, text: 'Not here, we say.' };
      return { ...other, capabilities: { ...other.capabilities, text: false, reasons } };
    },
    'capability-tools': () =>
      withCapabilities(
        { tools: false, parallelTools: false },
        { tools: 'Not here, we say.', parallelTools: 'Nor this one.' },
      ),
    'capability-parallelTools': () =>
      withCapabilities({ parallelTools: false }, { parallelTools: 'Not here, we say.' }),
    'capability-firstMessage': () => withCapabilities({ firstMessage: false }, { firstMessage: 'Not here, we say.' }),
    'capability-temperature': () => withCapabilities({ temperature: false }, { temperature: 'Not here, we say.' }),
    'capability-voice': () => ({
      ...createReference(['voice']),
      capabilities: base.capabilities,
      createCodec: (config, options) => base.createCodec({ ...config, voice: 'the only voice' }, options),
    }),
    'capability-userTranscript': () => withEvents((event) => (event.type === 'transcript-end' ? [] : [event])),
    'capability-assistantTranscript': () => withEvents((event) => (event.type === 'transcript-delta' ? [] : [event])),
    'capability-usage': () => {
      return withEvents((event) => {
        if (event.type !== 'response-end') return [event];
        const { usage: _usage, ...rest } = event;
        return [rest];
      });
    },
    'capability-resumption': () => withCapabilities({ resumption: false }, { resumption: 'Not here, we say.' }),
    'capability-fullDuplex': () => {
      const { fullDuplex: _reason, ...reasons } = base.capabilities.reasons;
      return { ...base, capabilities: { ...base.capabilities, fullDuplex: true, reasons } };
    },
  };

  test.each(Object.entries(broken))('%s', (check, makeBroken) => {
    expect(findings(makeBroken())).toEqual([check]);
  });

  test('there is a broken adapter for every check', () => {
    expect(ADAPTER_CHECKS.map(({ name }) => name).filter((name) => !(name in broken))).toEqual([]);
  });

  test('there is a check for every rule', () => {
    const rules = [...Array.from({ length: 25 }, (_, index) => `AD${index + 1}`), 'AD27', 'AD28', 'AD29', 'AD30'];
    expect([...new Set(ADAPTER_CHECKS.map(({ rule }) => rule))]).toEqual(expect.arrayContaining(rules));
  });
});

describe('a vendor that knows two voices', () => {
  const [known, other] = ['first-known', 'other-known'] as const;
  const reference = createReferenceSimulator();
  /** Answers nothing but an error where the session asks for another voice. */
  const simulator = {
    ...reference,
    connect: (...parameters: Parameters<typeof reference.connect>) => {
      const connection = reference.connect(...parameters);
      return {
        open: (nowMs: number) => connection.open(nowMs),
        receive(frame: ProviderFrame, nowMs: number) {
          const voice = /"voice":"([^"]*)"/.exec(String(frame))?.[1];
          if (voice === undefined || voice === known || voice === other) return connection.receive(frame, nowMs);
          return { frames: ['{"type":"error","kind":"voice"}'] };
        },
        get wakeAtMs() {
          return connection.wakeAtMs;
        },
        wake: (nowMs: number) => connection.wake(nowMs),
      };
    },
  };
  const run = (stimuli: ConformanceSubject['stimuli'] = {}) =>
    runConformance({ ...subject, seeds: [1], adapter: createReference(), simulator, stimuli });

  test('is asked for those that the suite is given', () => {
    expect(run({ voices: [known, other] })).toEqual([]);
  });

  test('is quoted where it refuses the made-up ones', () => {
    expect(run()).toEqual([
      {
        check: 'capability-voice',
        message: expect.stringMatching(/^the provider does not take the session of this check: /),
      },
    ]);
  });
});

describe('gaps', () => {
  const mute = withEvents((event) => (event.type === 'transcript-end' ? [] : [event]));

  test('a true gap is accepted', () => {
    const gaps = { 'capability-userTranscript': 'The vendor has not switched it on yet.' };
    expect(runConformance({ ...subject, adapter: mute }, gaps)).toEqual([]);
  });

  test('a gap that is not true any more is found', () => {
    const gaps = { 'capability-userTranscript': 'The vendor has not switched it on yet.' };
    expect(runConformance({ ...subject, adapter: createReference() }, gaps)).toEqual([
      {
        check: 'capability-userTranscript',
        message:
          'this passes by now, so the gap is not true any more: “The vendor has not switched it on yet.”. Remove it.',
      },
    ]);
  });

  test('a gap needs a check of that name and a reason', () => {
    const run = (gaps: Record<string, string>) => () =>
      runConformance({ ...subject, adapter: createReference() }, gaps);
    expect(run({ nonsense: 'Because it is so.' })).toThrow('No check is called "nonsense".');
    expect(run({ wake: 'no' })).toThrow('The gap "wake" needs a sentence that gives the reason.');
  });
});
