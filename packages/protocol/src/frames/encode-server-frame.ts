import type { ServerFrame } from './server-frames.ts';

/** Compact JSON of a server frame, `t` first and the other fields in the order of PROTOCOL.md. */
export function encodeServerFrame(frame: ServerFrame): string {
  switch (frame.t) {
    case 'ready':
      return JSON.stringify({
        t: frame.t,
        inputSampleRate: frame.inputSampleRate,
        outputSampleRate: frame.outputSampleRate,
        provider: frame.provider,
        model: frame.model,
        capabilities: frame.capabilities,
        ignored: frame.ignored,
      });
    case 'transcript':
      return JSON.stringify({
        t: frame.t,
        role: frame.role,
        text: frame.text,
        final: frame.final,
        delta: frame.delta,
        turn: frame.turn,
        startMs: frame.startMs,
        interrupted: frame.interrupted,
        incomplete: frame.incomplete,
      });
    case 'tool_call':
      return JSON.stringify({ t: frame.t, callId: frame.callId, name: frame.name, arguments: frame.arguments });
    case 'interruption':
      return JSON.stringify({ t: frame.t, at: frame.at, turn: frame.turn });
    case 'speech':
      return JSON.stringify({ t: frame.t, role: frame.role, state: frame.state, turn: frame.turn });
    case 'usage':
      return JSON.stringify({
        t: frame.t,
        inputAudioTokens: frame.inputAudioTokens,
        outputAudioTokens: frame.outputAudioTokens,
        inputTextTokens: frame.inputTextTokens,
        outputTextTokens: frame.outputTextTokens,
        cachedTokens: frame.cachedTokens,
      });
    case 'error':
      return JSON.stringify({ t: frame.t, code: frame.code, message: frame.message, fatal: frame.fatal });
    case 'end':
      return JSON.stringify({ t: frame.t, reason: frame.reason });
    case 'pong':
      return JSON.stringify({ t: frame.t, id: frame.id });
    case 'server_tool_call':
      return JSON.stringify({ t: frame.t, id: frame.id, name: frame.name, status: frame.status });
    default:
      return frame satisfies never;
  }
}
