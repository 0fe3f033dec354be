import type { VendorConnection } from './mirror-vendor.ts';
import type { PlainCall } from './plain-client.ts';
import { startGateway, type GatewayOptions, type TestGateway } from './start-gateway.ts';

/** A call with a test on both ends: at the client and at the vendor. */
export interface MirrorCall {
  readonly gateway: TestGateway;
  readonly call: PlainCall & { readonly session: { readonly sessionId: string } };
  readonly provider: VendorConnection;
}

/** Starts a gateway and a call that is ready. */
export async function startMirrorCall(
  s2s: Record<string, unknown> = {},
  options: GatewayOptions = {},
): Promise<MirrorCall> {
  const gateway = await startGateway(options);
  const call = await gateway.call(s2s);
  const provider = await gateway.vendor.connection();
  await call.frame('ready');
  return { gateway, call, provider };
}

/** What {@link say} says. */
export interface Utterance {
  readonly responseId: string;
  readonly text: string;
  readonly ms: number;
}

/** The provider says something, the client gets it all, and the answer is still being generated. */
export async function say(
  call: PlainCall,
  provider: VendorConnection,
  { responseId, text, ms }: Utterance,
): Promise<void> {
  const before = call.audioBytes;
  provider.send(
    { type: 'response-start', responseId },
    { type: 'transcript-delta', role: 'assistant', turnId: responseId, itemId: 'i1', delta: text },
  );
  provider.say(Buffer.alloc(ms * 48, 1));
  await call.until(() => call.audioBytes === before + ms * 48, `the audio of ${responseId}`);
}
