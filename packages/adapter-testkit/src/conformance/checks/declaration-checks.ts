import { isDeepStrictEqual } from 'node:util';
import { AdapterError, type CapabilityName } from '@speko/adapter';
import { createMachine } from '../../driver/provider-machine.ts';
import { makeSessionConfig } from '../../driver/session-config.ts';
import { isDialed, type ConformanceCheck } from '../conformance-check.ts';
import { ensure } from '../conformance-failure.ts';
import { takeTour, usualMode } from '../conformance-session.ts';
import type { ConformanceSubject } from '../conformance-subject.ts';
import { withoutSideEffects } from '../without-side-effects.ts';

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const RATES_HZ: readonly number[] = [8000, 16_000, 24_000, 48_000];

/** What an adapter says about itself, and what it plans, before anything is sent. */
export const DECLARATION_CHECKS: readonly ConformanceCheck[] = [
  {
    name: 'identity',
    rule: 'AD1',
    title: 'id, display name and example model are fit for use',
    run({ adapter }) {
      ensure(
        /^[a-z0-9]+(-[a-z0-9]+)*$/.test(adapter.id),
        `id "${adapter.id}" must be lower-case letters, digits, dashes`,
      );
      ensure(adapter.displayName.trim() !== '', 'displayName must not be empty');
      ensure(adapter.exampleModel.trim() !== '', 'exampleModel must not be empty');
    },
  },
  {
    name: 'options-refused',
    rule: 'AD2',
    title: 'options that cannot be used are refused as BAD_OPTIONS, unknown ones included',
    run({ adapter, options = {} }) {
      adapter.parseOptions(options);
      for (const wrong of [42, 'options', null, [], { ...(options as object), notAnOptionOfThisAdapter: 1 }]) {
        let thrown: unknown;
        try {
          adapter.parseOptions(wrong);
        } catch (error) {
          thrown = error;
        }
        const isRight = AdapterError.isInstance(thrown) && thrown.code === 'BAD_OPTIONS' && thrown.message !== '';
        ensure(isRight, `parseOptions(${JSON.stringify(wrong)}) must throw AdapterError BAD_OPTIONS`);
      }
    },
  },
  {
    name: 'capability-reasons',
    rule: 'AD3',
    title: 'each capability that is false has a reason, and no other',
    run({ adapter: { capabilities } }) {
      const { reasons, ...flags } = capabilities;
      for (const [flag, isAble] of Object.entries(flags)) {
        const reason = reasons[flag as CapabilityName];
        if (isAble) ensure(reason === undefined, `${flag} is true, so it needs no reason`);
        else ensure(/^\S.*\S\.$/s.test(reason ?? ''), `${flag} is false, so reasons.${flag} must be a sentence`);
      }
    },
  },
  {
    name: 'plan-repeatable',
    rule: 'AD4',
    title: 'the plan is the same every time and leaves its arguments alone',
    appliesTo: isDialed,
    run(subject) {
      const { adapter, config } = frozen(subject);
      if (adapter.kind !== 'dialed') return;
      const options = deepFreeze(adapter.parseOptions(subject.options ?? {}));
      const first = adapter.plan(config, options);
      ensure(isDeepStrictEqual(adapter.plan(config, options), first), 'two plans of one session differ');
    },
  },
  {
    name: 'no-side-effects',
    rule: 'AD5',
    title: 'neither planning nor a whole call does I/O, sets a timer, writes a log or reads the environment',
    run(subject) {
      const touched = withoutSideEffects(() => {
        const { adapter, config } = frozen(subject);
        createMachine(adapter, config, adapter.parseOptions(subject.options ?? {}));
        takeTour(subject);
      });
      ensure(touched.length === 0, `used ${touched.join(', ')}`);
    },
  },
  {
    name: 'plan-no-secret',
    rule: 'AD6',
    title: 'no credential is in the URL',
    appliesTo: isDialed,
    run(subject) {
      const { adapter, config } = frozen(subject);
      if (adapter.kind !== 'dialed') return;
      const { secrets = [] } = subject;
      ensure(secrets.length > 0, 'give the suite the made-up credentials among the options as `secrets`');
      const { url } = adapter.plan(config, adapter.parseOptions(subject.options ?? {}));
      for (const secret of secrets) {
        const forms = [secret, encodeURIComponent(secret)];
        ensure(!forms.some((form) => url.includes(form)), 'the URL holds a credential; headers may, the URL is logged');
      }
    },
  },
  {
    name: 'plan-sane',
    rule: 'AD7',
    title: 'the plan has a WebSocket URL, legal headers, a rate the gateway can convert, and limits above zero',
    run(subject) {
      const { adapter, config } = frozen(subject);
      const { audio, plan } = createMachine(adapter, config, adapter.parseOptions(subject.options ?? {}));
      for (const [name, rateHz] of Object.entries(audio)) {
        ensure(RATES_HZ.includes(rateHz), `audio.${name} is ${rateHz}; it must be one of ${RATES_HZ.join(', ')}`);
      }
      if (!plan) return;
      ensure(/^wss?:$/.test(new URL(plan.url).protocol), `${plan.url} must be a ws: or wss: URL`);
      for (const [name, value] of Object.entries(plan.headers)) {
        ensure(HEADER_NAME.test(name) && !/[\r\n\0]/.test(value), `header "${name}" is not a legal header`);
      }
      for (const protocol of plan.protocols) ensure(HEADER_NAME.test(protocol), 'a subprotocol is not a legal token');
      const limits = {
        handshakeTimeoutMs: plan.handshakeTimeoutMs,
        readyTimeoutMs: plan.readyTimeoutMs,
        maxMessageBytes: plan.maxMessageBytes,
        ...plan.keepAlive,
      };
      for (const [name, value] of Object.entries(limits)) ensure(value > 0, `${name} is ${value}; it must be above 0`);
    },
  },
];

function frozen(subject: ConformanceSubject) {
  const changes = { turnDetection: usualMode(subject), ...subject.config };
  return { adapter: subject.adapter, config: deepFreeze(makeSessionConfig(subject.adapter, changes)) };
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
