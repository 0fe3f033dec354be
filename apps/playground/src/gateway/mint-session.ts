import type { CreateSessionRequestInput, CreateSessionResponse } from '@speko/protocol/lean';
import { askGateway } from './gateway-error.ts';

/** Mints a session at the gateway's endpoint for its own page. @throws GatewayError */
export async function mintSession(
  request: CreateSessionRequestInput,
  signal: AbortSignal,
): Promise<CreateSessionResponse> {
  return (await askGateway('playground/sessions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    signal,
  })) as CreateSessionResponse;
}
