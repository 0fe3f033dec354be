import type { SimulatedUpgrade, UpgradeAnswer } from '@speko/simulator-kit';

/** Something odd or wrong in a simulated session; see {@link SIMULATED_FAULTS}. */
export type SimulatedFault = keyof typeof SIMULATED_FAULTS;

/** Faults and what each does. A model name that contains `fault-<name>` asks for it, too. */
export const SIMULATED_FAULTS = {
  'conversation-first': 'conversation.created comes before session.created.',
  'no-session-created': 'session.created does not come.',
  'voice-echo': 'session.updated names the voice that really speaks.',
  'flat-errors': 'Errors are flat, with the telling words in params.',
  'beta-names': 'Audio, words and items come under their names of the beta.',
  'unknown-events': 'Unknown events and fields are among the others, and items refer to items nobody announced.',
  'binary-audio': 'Audio comes as binary messages although JSON was agreed.',
  'speech-started-twice': 'speech_started comes twice for one item.',
  'growing-transcripts': 'A turn is transcribed in three "completed" events, each with more of it.',
  'no-transcripts': 'Turns of the user are not transcribed.',
  'continued-items':
    'A user who speaks on before the answer is heard goes on with the same item, and the response is dropped without response.done.',
  'done-missing': 'No response gets a response.done.',
  'usage-missing': 'Responses report no usage.',
  'late-deltas': 'Deltas still arrive 200 ms after a cancel.',
  'cancelled-event': 'A cancelled response is reported by response.cancelled in place of response.done.',
  'server-tool': 'A response with tool calls also shows a call of x_keyword_search, which the vendor answers itself.',
  'mcp-call': 'The vendor calls an MCP tool at the start of each response.',
  'truncate-ignored': 'Truncations are not acknowledged.',
  'no-answer': 'The first response.create is ignored.',
  'internal-error': 'The first response breaks off with internal_error after its third delta.',
  'max-duration': 'The session reaches its maximum duration after five seconds.',
  drop: 'The TCP connection is cut after the third delta of the first response.',
  'close-1001': 'The socket closes with 1001 after the third delta of the first response.',
  'close-1011': 'The socket closes with 1011 after the third delta of the first response.',
  stall: 'After the third delta of the first response nothing is sent any more.',
} as const;

/** The faults a model name asks for. */
export function faultsOfModel(model: string): SimulatedFault[] {
  return (Object.keys(SIMULATED_FAULTS) as SimulatedFault[]).filter((fault) => model.includes(`fault-${fault}`));
}

/** Answers an upgrade that the vendor would refuse: without a key, with a wrong one, or as the key asks for. */
export function refusalOf(request: SimulatedUpgrade, status: number | undefined): UpgradeAnswer | undefined {
  const key = keyOf(request);
  const wanted = status ?? statusOfKey(key ?? '');
  if (wanted !== undefined) return refuse(wanted, 'Simulated refusal', `The simulator refuses with HTTP ${wanted}.`);
  if (!pathOf(request.url).endsWith('/realtime')) return refuse(404, 'Not found', 'No such endpoint.');
  if (key === undefined) return refuse(401, 'Unauthenticated', 'No credentials were given.');
  if (key.includes('invalid')) {
    const message = `Incorrect API key provided: ${key.slice(0, 4)}***. You can get a key from the console.`;
    return refuse(400, 'Client specified an invalid argument', message);
  }
  if (key.includes('no-credit')) return refuse(402, 'Payment required', 'The team has no credits left.');
  return undefined;
}

/** The key of an upgrade request: bearer token, or one of the subprotocols of browsers. */
export function keyOf({ headers, protocols }: SimulatedUpgrade): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  for (const prefix of ['xai-client-secret.', 'openai-insecure-api-key.']) {
    const offered = protocols.find((protocol) => protocol.startsWith(prefix));
    if (offered !== undefined) return offered.slice(prefix.length);
  }
  return undefined;
}

/** A parameter of the upgrade request's query. */
export function queryOf({ url }: SimulatedUpgrade, name: string): string | undefined {
  return new URL(`ws://simulator${url}`).searchParams.get(name) ?? undefined;
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

function statusOfKey(key: string): number | undefined {
  const status = Number(/\bhttp-([45]\d\d)\b/.exec(key)?.[1]);
  return Number.isNaN(status) ? undefined : status;
}

/** Two plain strings, unlike the nested error of the dialect's origin. */
function refuse(status: number, code: string, error: string): UpgradeAnswer {
  return { type: 'refuse', status, body: JSON.stringify({ code, error }) };
}
