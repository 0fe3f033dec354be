import type { AdapterErrorCode, ConnectionEnd, ProviderErrorEvent, SessionEvent } from '@speko/adapter';
import { createMachine } from '../../driver/provider-machine.ts';
import { makeSessionConfig } from '../../driver/session-config.ts';
import { isDialed, type ConformanceCheck } from '../conformance-check.ts';
import { ensure } from '../conformance-failure.ts';
import { tour, usualMode } from '../conformance-session.ts';
import type { ConformanceSubject, FailureCase } from '../conformance-subject.ts';

interface Expected {
  readonly codes: readonly AdapterErrorCode[];
  readonly isRetryable: boolean;
}

const AUTH: Expected = { codes: ['AUTH_FAILED'], isRetryable: false };
const QUOTA: Expected = { codes: ['QUOTA_EXCEEDED'], isRetryable: false };
const EXPIRED: Expected = { codes: ['SESSION_EXPIRED'], isRetryable: true };

/** Ends that mean the same with every vendor. */
const CONNECTION_ENDS: readonly {
  readonly end: ConnectionEnd;
  readonly isReady: boolean;
  readonly expected: Expected;
}[] = [
  { end: refused(401), isReady: false, expected: AUTH },
  { end: refused(503), isReady: false, expected: { codes: ['UNAVAILABLE'], isRetryable: true } },
  {
    end: { type: 'unreachable', message: 'connect ECONNREFUSED' },
    isReady: false,
    expected: { codes: ['CONNECT_FAILED'], isRetryable: true },
  },
  {
    end: { type: 'timed-out', message: 'not ready in time' },
    isReady: false,
    expected: { codes: ['CONNECT_FAILED', 'CONNECTION_LOST'], isRetryable: true },
  },
  {
    end: { type: 'closed', code: 1006, reason: '' },
    isReady: true,
    expected: { codes: ['CONNECTION_LOST'], isRetryable: true },
  },
  {
    end: { type: 'timed-out', message: 'no pong' },
    isReady: true,
    expected: { codes: ['CONNECTION_LOST'], isRetryable: true },
  },
];

/** Which failure is which: the gateway decides by the code whether dialling again makes sense. */
export const FAILURE_CHECKS: readonly ConformanceCheck[] = [
  {
    name: 'failure-connection',
    rule: 'AD24',
    title: 'refusals, lost connections and timeouts get their code and retryable',
    appliesTo: isDialed,
    run(subject) {
      for (const { end, isReady, expected } of CONNECTION_ENDS) {
        const { type: _type, ...details } = end;
        const name = `${end.type} ${JSON.stringify(details)} ${isReady ? 'during a call' : 'before readiness'}`;
        expectFatal(runFailure(subject, { end }, { isReady }), expected, name);
      }
    },
  },
  {
    name: 'failure-auth',
    rule: 'AD24',
    title: 'a wrong key is AUTH_FAILED, fatal and not retryable',
    appliesTo: isDialed,
    run: (subject) => expectFatal(runFailure(subject, requireCase(subject, 'auth')), AUTH, 'failures.auth'),
  },
  {
    name: 'failure-quota',
    rule: 'AD24',
    title: 'no credit left is QUOTA_EXCEEDED, fatal and not retryable',
    appliesTo: isDialed,
    run: (subject) => expectFatal(runFailure(subject, requireCase(subject, 'quota')), QUOTA, 'failures.quota'),
  },
  {
    name: 'failure-go-away',
    rule: 'AD24',
    title: 'the vendor’s own session limit is go-away or a retryable SESSION_EXPIRED',
    appliesTo: isDialed,
    run(subject) {
      const events = runFailure(subject, requireCase(subject, 'goAway'), { isReady: true });
      if (!events.some((event) => event.type === 'go-away')) expectFatal(events, EXPIRED, 'failures.goAway');
    },
  },
  {
    name: 'failure-once',
    rule: 'AD20',
    title: 'a failure that the vendor announced is not reported again when the connection ends',
    appliesTo: (subject) =>
      isDialed(subject) && (subject.failures?.auth?.frames ?? subject.failures?.quota?.frames) !== undefined,
    run(subject) {
      const { auth, quota } = subject.failures ?? {};
      const frames = auth?.frames ?? quota?.frames ?? [];
      const events = runFailure(subject, { frames, end: { type: 'closed', code: 1000, reason: '' } });
      const fatal = fatalErrors(events);
      ensure(
        fatal.length === 1,
        `${fatal.length} fatal provider-errors (${fatal.map(({ code }) => code).join(', ')}), not 1`,
      );
    },
  },
];

function refused(status: number): ConnectionEnd {
  return { type: 'refused', status, body: '' };
}

function requireCase(subject: ConformanceSubject, name: 'auth' | 'quota' | 'goAway'): FailureCase {
  const given = subject.failures?.[name];
  ensure(
    given !== undefined,
    `give the suite failures.${name}: the vendor's messages for it, the end of the connection, or both`,
  );
  return given;
}

/** Plays a failure into a fresh codec, after the vendor's own first messages where the call is to be up. */
function runFailure(
  subject: ConformanceSubject,
  { frames = [], end }: FailureCase,
  { isReady = false }: { readonly isReady?: boolean } = {},
): readonly SessionEvent[] {
  const { adapter } = subject;
  const config = makeSessionConfig(adapter, { turnDetection: usualMode(subject), ...subject.config });
  const machine = createMachine(adapter, config, adapter.parseOptions(subject.options ?? {}));
  const events: SessionEvent[] = [];
  const wasOpened = isReady || frames.length > 0 || end?.type === 'closed';
  if (wasOpened) events.push(...machine.start(0).events);
  for (const line of isReady ? tour(subject).transcript : []) {
    if (events.some((event) => event.type === 'session-ready')) break;
    if ('frame' in line && line.dir === 'in') events.push(...machine.decode(line.frame, 5).events);
  }
  for (const frame of frames) {
    const isFrame = typeof frame === 'string' || frame instanceof Uint8Array;
    events.push(...machine.decode(isFrame ? frame : JSON.stringify(frame), 10).events);
  }
  if (end) events.push(...machine.close(end, 20));
  return events;
}

function fatalErrors(events: readonly SessionEvent[]): ProviderErrorEvent[] {
  return events.filter((event) => event.type === 'provider-error').filter((event) => event.fatal);
}

function expectFatal(events: readonly SessionEvent[], { codes, isRetryable }: Expected, name: string): void {
  const [error] = fatalErrors(events);
  const wanted = `${codes.join(' or ')}, ${isRetryable ? '' : 'not '}retryable`;
  ensure(error !== undefined, `${name}: no fatal provider-error; it must be ${wanted}`);
  const isRight = codes.includes(error.code) && error.retryable === isRetryable;
  ensure(isRight, `${name}: ${error.code}, ${error.retryable ? '' : 'not '}retryable; it must be ${wanted}`);
}
