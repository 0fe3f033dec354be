import type { CallLog } from './call-log.ts';
import type { CallResult } from './hold-call.ts';

/** A requirement of a call, and whether it was met. */
export interface Expectation {
  readonly name: string;
  readonly met: boolean;
  /** Expectation and actual outcome. */
  readonly detail: string;
}

const MIN_AUDIO_MS = 1_000;

/** Judges a call by its log. */
export function checkCall({
  log,
  receivedMs,
  stoppedBy,
}: Pick<CallResult, 'log' | 'receivedMs' | 'stoppedBy'>): readonly Expectation[] {
  const close = log.ofType('close').at(-1);
  return [
    expectation('ready', log.ofType('ready').length === 1, 'the session gets ready', describeErrors(log)),
    expectation(
      'user transcript',
      countFinals(log, 'user') > 0,
      'at least one final transcript of the user',
      `${countFinals(log, 'user')} came`,
    ),
    expectation(
      'assistant audio',
      receivedMs > MIN_AUDIO_MS,
      `more than ${MIN_AUDIO_MS} ms of audio from the assistant`,
      `${Math.round(receivedMs)} ms came`,
    ),
    expectation(
      'tool call',
      log.ofType('tool_result').some(({ failed }) => !failed),
      'a tool call that is answered',
      `${log.ofType('tool_call').length} calls, ${log.ofType('tool_result').length} results`,
    ),
    expectation(
      'interruption',
      log.ofType('interruption').length > 0,
      'an interruption when the user speaks over the assistant',
      'none came',
    ),
    expectation(
      'usage',
      log.ofType('usage').some(({ outputAudioTokens }) => outputAudioTokens > 0),
      'usage with audio tokens of the assistant',
      `${log.ofType('usage').length} usage frames came`,
    ),
    expectation(
      'end',
      close?.code === 1000 && close.reason === 'client_closed',
      'an end by the client, 1000 client_closed',
      close === undefined ? 'it did not end' : `it ended with ${close.code} ${close.reason}${describeErrors(log)}`,
    ),
    expectation('course', stoppedBy === undefined, 'the call goes as planned', stoppedBy ?? ''),
  ];
}

function expectation(name: string, met: boolean, expected: string, instead: string): Expectation {
  return { name, met, detail: met || instead === '' ? expected : `${expected}; ${instead}` };
}

function countFinals(log: CallLog, role: 'user' | 'assistant'): number {
  return log.ofType('transcript').filter((transcript) => transcript.role === role && transcript.final).length;
}

function describeErrors(log: CallLog): string {
  const errors = log.ofType('error').map(({ code, message }) => `${code}: ${message}`);
  return errors.length === 0 ? '' : ` (${errors.join('; ')})`;
}
