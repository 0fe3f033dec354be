import type { ProviderFrame } from '@speko/adapter';
import type { ConformanceCheck } from '../conformance-check.ts';
import { isDialed } from '../conformance-check.ts';
import { ensure } from '../conformance-failure.ts';
import { ask, startSession, stimuliOf, waitForTypes } from '../conformance-session.ts';
import type { ConformanceSubject } from '../conformance-subject.ts';

const OUTPUT = '{"answer":"conformance-42"}';

export const TOOL_CHECKS: readonly ConformanceCheck[] = [
  {
    name: 'tool-call-whole',
    rule: 'AD22',
    title: 'a tool call comes once, with its name and whole arguments',
    appliesTo: hasTools,
    run(subject) {
      const { toolCall } = stimuliOf(subject);
      const driver = startSession(subject, { tools: toolCall.tools });
      ask(driver, subject, toolCall.text);
      waitForTypes(driver, ['tool-call', 'response-end']);
      const calls = driver.events.filter((event) => event.type === 'tool-call');
      const [call] = calls;
      ensure(call !== undefined, 'stimuli.toolCall did not lead to a tool-call');
      ensure(calls.length === 1, `one call was asked for, ${calls.length} tool-calls came`);
      ensure(
        toolCall.tools.some((tool) => tool.name === call.name),
        `tool-call names "${call.name}", which no tool is called`,
      );
      if (toolCall.arguments === undefined)
        ensure(isJsonObject(call.arguments), `arguments are not whole: ${call.arguments}`);
      else ensure(call.arguments === toolCall.arguments, `arguments are ${call.arguments}, not ${toolCall.arguments}`);
    },
  },
  {
    name: 'tool-result',
    rule: 'AD23',
    title: 'a tool result carries the id of its call and the whole output, and the provider goes on',
    appliesTo: hasTools,
    run(subject) {
      const { toolCall } = stimuliOf(subject);
      const driver = startSession(subject, { tools: toolCall.tools });
      ask(driver, subject, toolCall.text);
      const { callId } = driver.until('tool-call');
      const from = driver.events.length;
      const fromLine = driver.transcript.length;
      const output = driver.command({ type: 'tool-result', callId, output: OUTPUT });
      ensure(output.type === 'ok', 'tool-result is unsupported although tools are declared');
      const missing = waitForTypes(driver, ['response-start'], { from });
      ensure(missing.length === 0, 'the provider did not answer after the tool result');
      if (!isDialed(subject)) return;
      const frames = driver.transcript
        .slice(fromLine)
        .flatMap((line) => ('frame' in line && line.dir === 'out' ? [line.frame] : []));
      const sent = frames.map(decode).find((text) => text.includes('conformance-42'));
      ensure(sent !== undefined, 'no frame carries the output of the tool');
      ensure(sent.includes(callId), `the frame with the output does not carry the call's id ${callId}`);
    },
  },
];

function hasTools({ adapter }: ConformanceSubject): boolean {
  return adapter.capabilities.tools;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

function decode(frame: ProviderFrame): string {
  return typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
}
