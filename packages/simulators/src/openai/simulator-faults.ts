import type { SimulatedUpgrade } from '@speko/simulator-kit';

/** Something that goes wrong in a simulated session; see {@link SIMULATED_FAULTS}. */
export type SimulatedFault = keyof typeof SIMULATED_FAULTS;

/** Faults and what each does. A model name that contains `fault-<name>` asks for it, too. */
export const SIMULATED_FAULTS = {
  drop: 'The TCP connection is cut after the third delta of the first response.',
  'close-1011': 'The socket closes with 1011 after the third delta of the first response.',
  stall: 'After the third delta of the first response nothing is sent any more.',
  'rate-limit': 'The first response fails with rate_limit_exceeded.',
  'no-credit': 'The first response fails with insufficient_quota.',
  'usage-null': 'Responses report no usage.',
  'status-string': 'The status details of responses that are cut short are a plain string.',
  'transcription-failed': 'No turn of the user can be transcribed.',
  'transcription-duration': 'Transcription usage is reported in seconds instead of tokens.',
  'session-expires': 'The session reaches its maximum duration after five seconds.',
  'no-answer': 'The first response.create is ignored.',
} as const;

/** How the vendor ends a session that should not be: one error, then a close. */
export interface SimulatedRejection {
  readonly error: { readonly type: string; readonly code: string; readonly message: string };
  readonly closeCode: number;
}

/** The faults a model name asks for. */
export function faultsOfModel(model: string): SimulatedFault[] {
  return (Object.keys(SIMULATED_FAULTS) as SimulatedFault[]).filter((fault) => model.includes(`fault-${fault}`));
}

/** The HTTP status a key asks for, as in `http-503`; such upgrades are refused. */
export function refusedStatus(key: string): number | undefined {
  const status = Number(/\bhttp-([45]\d\d)\b/.exec(key)?.[1]);
  return Number.isNaN(status) ? undefined : status;
}

/** The key of an upgrade request: bearer token, `api-key` header, or the subprotocol of browsers. */
export function keyOf({ headers, protocols }: SimulatedUpgrade): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const offered = protocols.find((protocol) => protocol.startsWith('openai-insecure-api-key.'));
  return bearer ?? headers['api-key'] ?? offered?.slice('openai-insecure-api-key.'.length);
}

/** The model of an upgrade request: `model`, or `deployment` on dated Azure versions. */
export function modelOf({ url }: SimulatedUpgrade): string | undefined {
  const query = new URL(`ws://simulator${url}`).searchParams;
  return query.get('model') ?? query.get('deployment') ?? undefined;
}

/** Whether a session is ended as soon as it is open, and how. */
export function rejectionOf(request: SimulatedUpgrade, dialect: 'ga' | 'beta'): SimulatedRejection | undefined {
  const key = keyOf(request);
  const model = modelOf(request);
  if (key === undefined || key.includes('invalid')) {
    const message = `Incorrect API key provided: ${key?.slice(0, 7) ?? ''}***. Check the key and try again.`;
    return reject('invalid_request_error', 'invalid_api_key', message, 3000);
  }
  if (key.includes('deactivated')) {
    return reject('invalid_request_error', 'account_deactivated', 'The account of this key is deactivated.', 3000);
  }
  if (key.includes('no-credit')) {
    return reject('insufficient_quota', 'credit_balance_exhausted', 'The credit balance is exhausted.', 1013);
  }
  if (dialect === 'ga' && 'openai-beta' in request.headers) {
    const message = 'The beta shape of this API is disabled. Leave out the OpenAI-Beta header.';
    return reject('invalid_request_error', 'beta_api_shape_disabled', message, 4000);
  }
  if (model === undefined || model === '') {
    return reject('invalid_request_error', 'missing_model', 'You must provide a model parameter.', 4000);
  }
  if (model.includes('unknown')) {
    const message = `The model '${model}' does not exist or you do not have access to it.`;
    return reject('invalid_request_error', 'model_not_found', message, 4004);
  }
  return undefined;
}

function reject(type: string, code: string, message: string, closeCode: number): SimulatedRejection {
  return { error: { type, code, message }, closeCode };
}
