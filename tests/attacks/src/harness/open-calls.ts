import { type Access, mint, type SessionSettings } from './access.ts';
import { RawCall, type RawCallOptions } from './raw-call.ts';
import { within } from './wait.ts';

const READY_MS = 10_000;

/** Mints and connects one call. */
export async function openCall(
  access: Access,
  s2s: SessionSettings = {},
  options: RawCallOptions = {},
): Promise<RawCall> {
  return RawCall.open(access, await mint(access, s2s), options);
}

/** The same, once the vendor is ready too. @throws Error when it does not get ready */
export async function openReadyCall(access: Access, s2s: SessionSettings = {}): Promise<RawCall> {
  const call = await openCall(access, s2s);
  if (await within(READY_MS, () => call.find('ready') !== undefined || call.isClosed)) {
    if (call.find('ready') !== undefined) return call;
  }
  throw new Error(`A call of ${JSON.stringify(s2s)} did not become ready: ${JSON.stringify(call.frames)}`);
}

/** Such as `12.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
