import type { SessionFrame } from '@speko/client-node';

/**
 * What the client got, one line per frame, with every field but those that differ from run to run: times, counts of
 * tokens, and the words of error messages. Two things come in as many pieces as a vendor likes, so only their beginning
 * is a line: the audio of a turn and the partial words of the assistant. Partial words of the user are left out, as not
 * every vendor has any, and so is the usage of a response that does nothing but call tools: some vendors count it into
 * the answer, others tell it before or after a quick tool is done. What is left out here is what `checkRules` looks at.
 */
export function traceOf(frames: readonly SessionFrame[]): string[] {
  let isCalling = false;
  const lines = frames.flatMap((frame) => {
    if (frame.type === 'tool_call') isCalling = true;
    if (frame.type === 'speech' && frame.role === 'assistant') isCalling = false;
    return isCalling && frame.type === 'usage' ? [] : (lineOf(frame) ?? []);
  });
  return lines.filter((line, index) => !/^(audio|partial)/.test(line) || lines.indexOf(line) === index);
}

function lineOf(frame: SessionFrame): string | undefined {
  switch (frame.type) {
    case 'ready':
      return `ready ${frame.inputSampleRate} ${frame.outputSampleRate}`;
    case 'audio':
      return `audio ${frame.turn ?? '-'}`;
    case 'speech':
      return `speech ${frame.role} ${frame.state} ${frame.turn}`;
    case 'transcript': {
      const turn = frame.turn ?? '-';
      if (!frame.final) return frame.role === 'assistant' ? `partial assistant ${turn}` : undefined;
      return `final ${frame.role} ${turn}${frame.interrupted ? ' interrupted' : ''}: ${frame.text}`;
    }
    case 'interruption':
      return `interruption ${frame.turn ?? '-'}`;
    case 'tool_call':
      return `tool_call ${frame.name} ${frame.arguments}`;
    case 'tool_result':
      return `tool_result ${frame.name} ${frame.output}${frame.failed ? ' failed' : ''}`;
    case 'server_tool_call':
      return `server_tool_call ${frame.name} ${frame.status}`;
    case 'usage':
      return 'usage';
    case 'error':
      return `error ${frame.code}${frame.fatal ? ' fatal' : ''}`;
    case 'close':
      return `close ${frame.code} ${frame.reason}`;
    default:
      return frame satisfies never;
  }
}
