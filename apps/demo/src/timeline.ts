import { createColors } from 'picocolors';
import type { CallEvent, LogEntry } from './call-log.ts';

/** Writes what happens in a call, one line per event worth a line. */
export function createTimeline({
  print,
  colors,
}: {
  readonly print: (line: string) => void;
  colors: boolean;
}): (entry: LogEntry) => void {
  const paint = createColors(colors);
  const partials = new PartialFilter();
  return ({ atMs, event }) => {
    if (event.type === 'transcript' && !event.final && !partials.isWorthALine(event.turn, atMs)) return;
    const line = describe(event);
    if (line === undefined) return;
    const [who, what] = line;
    const time = `${(atMs / 1000).toFixed(2).padStart(6)} s`;
    print(`${paint.dim(time)}  ${paint.bold(who.padEnd(13))}${event.type === 'error' ? paint.red(what) : what}`);
  };
}

const PARTIAL_INTERVAL_MS = 300;

/** Lets a partial transcript through now and then: they come faster than anybody reads. */
class PartialFilter {
  readonly #lastAtMs = new Map<string | undefined, number>();

  isWorthALine(turn: string | undefined, atMs: number): boolean {
    const lastAtMs = this.#lastAtMs.get(turn);
    if (lastAtMs !== undefined && atMs - lastAtMs < PARTIAL_INTERVAL_MS) return false;
    this.#lastAtMs.set(turn, atMs);
    // The first one is a word at most.
    return lastAtMs !== undefined;
  }
}

function describe(event: CallEvent): readonly [who: string, what: string] | undefined {
  switch (event.type) {
    case 'ready':
      return [
        'ready',
        `${event.provider} ${event.model}, ${event.inputSampleRate} Hz in, ${event.outputSampleRate} Hz out`,
      ];
    case 'play':
      return ['microphone', `plays the ${event.label}`];
    case 'speech':
      return [
        event.role === 'user' ? 'you' : 'assistant',
        `${event.state} to speak`.replace('stopped to speak', 'stopped'),
      ];
    case 'transcript':
      return describeTranscript(event);
    case 'tool_call':
      return ['tool call', `${event.name}(${event.arguments})`];
    case 'tool_result':
      return ['tool result', event.output];
    case 'first-audio':
      return ['first audio', `after ${Math.round(event.afterMs)} ms`];
    case 'interruption':
      return ['interruption', 'the assistant is cut off'];
    case 'cut':
      return ['heard', `${Math.round(event.heardMs)} ms of it`];
    case 'usage':
      return ['usage', `${event.inputAudioTokens} audio tokens in, ${event.outputAudioTokens} out`];
    case 'server_tool_call':
      return ['server tool', `${event.name} ${event.status}`];
    case 'error':
      return ['error', `${event.code}: ${event.message}`];
    case 'close':
      return ['end', `${event.reason} (${event.code})`];
    // A line for each piece of audio would bury the rest.
    case 'audio':
    case 'speech-end':
      return undefined;
    default:
      return event satisfies never;
  }
}

function describeTranscript(event: Extract<CallEvent, { type: 'transcript' }>): readonly [string, string] {
  const who = event.role === 'user' ? 'you' : 'assistant';
  if (!event.final) return [who, `“${event.text.trimEnd()} …`];
  return [who, `“${event.text}”${event.interrupted ? ' (cut)' : ''}`];
}
