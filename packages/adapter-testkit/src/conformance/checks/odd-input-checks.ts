import { isDeepStrictEqual } from 'node:util';
// What vendors and compatible servers send on a bad day, made from the simulator's own messages.
import type { ProviderFrame, SessionEvent, ToolCallEvent } from '@speko/adapter';
import type { AdapterDriver } from '../../driver/drive-adapter.ts';
import { isDialed, type ConformanceCheck } from '../conformance-check.ts';
import { ensure } from '../conformance-failure.ts';
import { ask, startSession, stimuliOf, waitForTypes } from '../conformance-session.ts';
import type { ConformanceSubject } from '../conformance-subject.ts';
import { mapStrings, mapValues, tamper } from '../tamper.ts';

const LARGE_INTEGER = '2512292042121000001';
const OUTPUT = '{"answer":"conformance-42"}';
const LEAST_BASE64_LENGTH = 64;

export const ODD_INPUT_CHECKS: readonly ConformanceCheck[] = [
  {
    name: 'call-id-used-again',
    rule: 'AD28',
    title: 'a call under an id that was used before is another call, and its result carries the vendor’s id',
    appliesTo: calls,
    run(subject) {
      const [first, second] = callTwice(subject, subject);
      ensure(first !== undefined && second !== undefined, 'stimuli.toolCall did not lead to a tool-call each time');
      // A vendor without ids of its own cannot use one again.
      if (first.callId === second.callId || !isSentByVendor(subject, second.callId)) return;
      const simulator = tamper(subject.simulator, {
        toAdapter: mapStrings((text) => (text === second.callId ? first.callId : text)),
      });
      const again = callTwice(subject, { ...subject, simulator });
      ensure(
        again.length === 2,
        `of two calls under the id ${first.callId}, the first one answered, ${again.length} came`,
      );
      ensure(again[0]?.callId !== again[1]?.callId, `two calls have the same callId ${again[0]?.callId}`);
      ensure(
        again.results.every((frames) => frames.some((text) => idsIn(text).includes(first.callId))),
        `a result does not carry ${first.callId}, which is the id the vendor knows its call by`,
      );
    },
  },
  {
    name: 'call-unusable',
    rule: 'AD28',
    title:
      'a call whose arguments are no object is told by UNUSABLE_TOOL_CALL, answered with an error, and gone on from',
    appliesTo: calls,
    run(subject) {
      const driver = callWith(subject, '[1]');
      const missing = waitForTypes(driver, ['provider-error']);
      ensure(missing.length === 0, 'a call whose arguments are a list vanished without a provider-error');
      const errors = driver.events.filter((event) => event.type === 'provider-error');
      ensure(errors.length === 1, `one call that cannot be used led to ${errors.length} provider-errors`);
      ensure(
        errors[0]?.code === 'UNUSABLE_TOOL_CALL' && !errors[0].fatal,
        `a call that cannot be used is ${errors[0]?.code}, not an UNUSABLE_TOOL_CALL that is not fatal`,
      );
      ensure(countOf(driver, 'tool-call') === 0, 'a call that cannot be used became a tool-call as well');
      const sent = sentBy(driver).filter((text) => /"error/.test(text.replaceAll('\\', '')));
      ensure(sent.length > 0, 'the vendor was not told that its call failed: no frame has an "error"');
      const from = driver.events.findIndex((event) => event.type === 'provider-error');
      ensure(
        waitForTypes(driver, ['response-start'], { from }).length === 0,
        'the model did not go on after the error',
      );
    },
  },
  {
    name: 'large-integers',
    rule: 'AD29',
    title: 'integers beyond 2^53 pass digit by digit, in arguments and in results',
    appliesTo: calls,
    run(subject) {
      const driver = callWith(subject, `{"id":${LARGE_INTEGER}}`);
      const call = driver.until('tool-call');
      ensure(call.arguments.includes(LARGE_INTEGER), `${LARGE_INTEGER} in arguments became ${call.arguments}`);
      driver.command({ type: 'tool-result', callId: call.callId, output: `{"orderId":${LARGE_INTEGER}}` });
      driver.advance(1000);
      ensure(
        sentBy(driver).some((text) => text.includes(LARGE_INTEGER)),
        `${LARGE_INTEGER} in a result did not reach the vendor digit by digit`,
      );
    },
  },
  {
    name: 'audio-damaged',
    rule: 'AD30',
    title: 'audio that is damaged base64 is a provider-error and not played; unusual base64 is played',
    appliesTo: isDialed,
    run(subject) {
      const intact = answerWith(subject, (base64) => base64);
      const audio = audioOf(intact);
      if (audio === '' || !intact.hadBase64) return;
      const damages: Record<string, (base64: string) => string> = {
        'a page of HTML': (base64) => `<!doctype html><p>${base64}</p>`,
        'a hole': (base64) => `${base64.slice(0, 40)}????${base64.slice(44)}`,
        'a cut': (base64) => base64.slice(0, 41),
      };
      for (const [what, damage] of Object.entries(damages)) {
        const { driver, hadBase64 } = answerWith(subject, damage);
        ensure(countOf(driver, 'audio-delta') === 0, `audio with ${what} in its base64 was played`);
        const isTold = driver.events.some((event) => event.type === 'provider-error' && !event.fatal);
        ensure(isTold && hadBase64, `audio with ${what} in its base64 is told by no provider-error`);
      }
      const oddities: Record<string, (base64: string) => string> = {
        'without padding': (base64) => base64.replaceAll('=', ''),
        'in the URL-safe alphabet': (base64) => base64.replaceAll('+', '-').replaceAll('/', '_'),
        'in lines': (base64) => base64.replaceAll(/.{76}/g, '$&\r\n'),
      };
      for (const [what, change] of Object.entries(oddities)) {
        ensure(audioOf(answerWith(subject, change)) === audio, `base64 ${what} is not played as it is`);
      }
    },
  },
];

function calls(subject: ConformanceSubject): boolean {
  return isDialed(subject) && subject.adapter.capabilities.tools;
}

/** Two questions that call a tool, each call answered before the next. */
function callTwice(
  subject: ConformanceSubject,
  tampered: ConformanceSubject,
): readonly ToolCallEvent[] & { readonly results: readonly (readonly string[])[] } {
  const { toolCall } = stimuliOf(subject);
  const driver = startSession(tampered, { tools: toolCall.tools });
  const found: ToolCallEvent[] = [];
  const results: (readonly string[])[] = [];
  for (let turn = 0; turn < 2; turn++) {
    const from = driver.events.length;
    ask(driver, subject, toolCall.text);
    waitForTypes(driver, ['tool-call'], { from, limitMs: 5000 });
    for (const event of driver.events.slice(from)) {
      if (event.type !== 'tool-call') continue;
      found.push(event);
      const output = driver.command({ type: 'tool-result', callId: event.callId, output: OUTPUT });
      results.push(output.type === 'ok' ? output.frames.map(textOf) : []);
    }
    waitForTypes(driver, ['response-end'], { from: driver.events.length });
    driver.advance(3000);
  }
  return Object.assign(found, { results });
}

/** A call whose arguments are this JSON text instead of what the simulator wrote. */
function callWith(subject: ConformanceSubject, text: string): AdapterDriver {
  const { toolCall } = stimuliOf(subject);
  const plain = startSession(subject, { tools: toolCall.tools });
  ask(plain, subject, toolCall.text);
  const { arguments: written } = plain.until('tool-call');
  plain.close();
  const parsed: unknown = JSON.parse(written);
  const simulator = tamper(subject.simulator, {
    toAdapter: mapValues((value) => {
      if (value === written) return { text: JSON.stringify(text) };
      return isDeepStrictEqual(value, parsed) ? { text } : undefined;
    }),
  });
  const driver = startSession({ ...subject, simulator }, { tools: toolCall.tools });
  ask(driver, subject, toolCall.text);
  return driver;
}

interface TamperedAnswer {
  readonly driver: AdapterDriver;
  /** Whether there was base64 to change. */
  readonly hadBase64: boolean;
}

/** An answer whose audio is changed on the way; so is everything else that is as long and base64. */
function answerWith(subject: ConformanceSubject, change: (base64: string) => string): TamperedAnswer {
  let hadBase64 = false;
  const simulator = tamper(subject.simulator, {
    toAdapter: mapStrings((text) => {
      if (text.length < LEAST_BASE64_LENGTH || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return text;
      hadBase64 = true;
      return change(text);
    }),
  });
  const driver = startSession({ ...subject, simulator });
  ask(driver, subject, 'Hello.');
  waitForTypes(driver, ['response-end']);
  return { driver, hadBase64 };
}

function audioOf({ driver }: TamperedAnswer): string {
  return driver.events.map((event) => (event.type === 'audio-delta' ? event.pcm.join(',') : '')).join('');
}

function countOf(driver: AdapterDriver, type: SessionEvent['type']): number {
  return driver.events.filter((event) => event.type === type).length;
}

function sentBy(driver: AdapterDriver): string[] {
  return driver.transcript.flatMap((line) => ('frame' in line && line.dir === 'out' ? [textOf(line.frame)] : []));
}

/** Whether the simulator itself gives its calls ids. */
function isSentByVendor(subject: ConformanceSubject, callId: string): boolean {
  let isSent = false;
  const simulator = tamper(subject.simulator, {
    toAdapter: mapStrings((text) => {
      isSent ||= text === callId;
      return text;
    }),
  });
  callTwice(subject, { ...subject, simulator });
  return isSent;
}

function idsIn(text: string): string[] {
  const found: string[] = [];
  mapStrings((each) => {
    found.push(each);
    return each;
  })(text);
  return found;
}

function textOf(frame: ProviderFrame): string {
  return typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
}
