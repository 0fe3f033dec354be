import type { SimulatedUpgrade } from '@speko/simulator-kit';

/** Something unusual about a simulated session; see {@link SIMULATED_FAULTS}. */
export type SimulatedFault = keyof typeof SIMULATED_FAULTS;

/** Faults and oddities, and what each does. A model name that contains `fault-<name>` asks for it, too. */
export const SIMULATED_FAULTS = {
  'text-frames': 'Messages come in text frames instead of binary ones.',
  'spaced-frames': 'Messages are indented JSON.',
  'empty-frames': 'Empty messages come between the others.',
  'future-fields': 'Every message carries fields that nobody knows.',
  'one-frame': 'The audio of a reply comes in a single message.',
  'transcript-pieces': 'The words of the user come in pieces.',
  'transcript-late': 'The words of the user come after the reply has begun.',
  'transcript-after-turn': 'The words of the user come after the reply has ended.',
  'transcript-refined': 'The words of the user come a second time, in other words, during the reply.',
  'interrupted-with-transcript': 'An interruption comes in one message with the words of the user that caused it.',
  'interrupted-after-turn': 'A turn does not wait for its playback, so an interruption comes after its end.',
  'interrupted-for-nothing': 'An interruption is announced when nothing was being said.',
  'late-audio': 'A piece of audio comes after an interruption.',
  'no-turn-complete': 'No turn is ever said to be complete.',
  'no-generation-complete': 'No generation is ever said to be complete.',
  'usage-turn': 'After tool results an empty turn comes that carries nothing but usage.',
  'usage-alone': 'Usage comes in a message of its own after the end of the turn.',
  'usage-plain': 'Usage has no details.',
  'usage-vertex': 'Usage has the names of Vertex AI.',
  'usage-none': 'Turns report no usage.',
  thoughts: 'Replies begin with a thought and a stray text.',
  'no-voice-activity': 'Voice activity is not reported.',
  'waiting-for-input': 'The first spoken turn is answered by nothing but waiting for more.',
  rejected: 'The first reply ends early as RESPONSE_REJECTED.',
  'call-without-id': 'Calls of tools have no id.',
  'call-cancelled': 'Calls of tools are cancelled after 200 ms.',
  'input-during-call': 'Any audio or text while a blocking call is open closes the connection with 1008 at once.',
  'not-resumable': 'Handles are said to be unusable while the model speaks.',
  'go-away': 'After five seconds the end is announced for three seconds later, and comes.',
  'go-away-only': 'After five seconds the end is announced for three seconds later, and does not come.',
  'resume-refused': 'Conversations cannot be resumed: the connection closes with 1007.',
  'close-1011': 'The connection closes with 1011 after the third piece of the first reply.',
  drop: 'The TCP connection is cut after the third piece of the first reply.',
  'quota-exceeded': 'The connection closes with 1011 for an exhausted quota when the first reply is due.',
  stall: 'After the third piece of the first reply nothing is sent any more.',
  'slow-setup': 'The setup takes five seconds.',
  'no-setup': 'The setup is never completed.',
} as const;

/** The faults a model name asks for. */
export function faultsOfModel(model: string): SimulatedFault[] {
  const names = Object.keys(SIMULATED_FAULTS) as SimulatedFault[];
  return names.filter((fault) => new RegExp(`fault-${fault}(?![a-z0-9]|-[a-z])`).test(model));
}

/** The HTTP status a key asks for, as in `http-503`; such upgrades are refused. */
export function refusedStatus(key: string): number | undefined {
  const status = Number(/\bhttp-([45]\d\d)\b/.exec(key)?.[1]);
  return Number.isNaN(status) ? undefined : status;
}

/** The credential of an upgrade request: header, query, or bearer token. */
export function credentialOf({ url, headers }: SimulatedUpgrade): string | undefined {
  const query = new URL(`ws://simulator${url}`).searchParams;
  const bearer = /^(?:Bearer|Token) (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const found = headers['x-goog-api-key'] ?? bearer ?? query.get('key') ?? query.get('access_token');
  return found === null || found === '' ? undefined : found;
}
