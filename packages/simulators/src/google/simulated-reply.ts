import type { PlainReply, SimulatedAudio } from '@speko/simulator-kit';

/** What a simulated model answers: it says `text`, then makes the calls in `tools`. */
export interface SimulatedReply extends PlainReply {
  /** @defaultValue 'tone' */
  readonly audio?: SimulatedAudio;
}

/** A request to say exactly the words it quotes: written like a message, but no turn of the user. */
export function isRequestToSay(text: string): boolean {
  return /^Say exactly\b.*"(?:[^"\\]|\\.)+"$/s.test(text);
}
