import type { ProviderSimulator } from '@speko/adapter-kit';
import { startSimulatorHost, type SimulatorHost } from '@speko/adapter-testkit/host';
import { Speko } from '@speko/client-node';
import { Call, type Scenario, type TurnMode, type VendorView } from '@speko/tests-behaviour';
import { onTestFinished } from 'vitest';
import { startGateway } from '../helpers/start-gateway.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';
import { createVoice } from './voice.ts';

/** What differs from a call that works. */
export interface CallSetup {
  readonly mode: TurnMode;
  readonly params?: Scenario['params'] | undefined;
  readonly manners?: Scenario['manners'] | undefined;
  /** @defaultValue the provider's */
  readonly model?: string;
  /** @defaultValue the provider's */
  readonly apiKey?: string;
}

/** A call of the Node client through a gateway of its own to a simulated vendor of its own; all gone after the test. */
export async function startCall(
  provider: ProviderUnderTest,
  { mode, params = {}, manners = {}, model = provider.model, apiKey = provider.vendor?.apiKey ?? '' }: CallSetup,
): Promise<{ readonly call: Call; readonly vendor: VendorView }> {
  const audioSpeed = manners.audioSpeed ?? 50;
  const host = provider.vendor && (await startHost(provider.vendor.createSimulator({ audioSpeed })));
  const gateway = await startGateway({
    adapters: host && provider.vendor ? [provider.vendor.createEntry({ url: host.url, apiKey })] : [],
    secrets: apiKey === '' ? [] : [apiKey],
    echo: { speed: audioSpeed },
    // A busy machine must not decide what was heard before the client has told.
    playbackGraceMs: 5_000,
  });
  const speko = new Speko({ apiKey: gateway.key, baseUrl: gateway.url });
  const call = await Call.open({
    mode,
    voice: createVoice(),
    open: (onFrame) =>
      speko.connectRealtime({
        ...params,
        provider: provider.id,
        model,
        turnDetection: mode === 'automatic' ? 'auto' : 'manual',
        onFrame,
      }),
  });
  const vendor: VendorView = {
    isReal: false,
    can: (ability) => provider.lacks[mode][ability] === undefined,
    passTime: (ms) => gateway.clock.skip(ms),
    async toldHeardMs(count) {
      const { vendor: simulated } = provider;
      if (host === undefined || simulated === undefined || !vendor.can('truncate')) return undefined;
      const told = () =>
        host.connections.flatMap(({ receivedFrames }) =>
          receivedFrames.flatMap(({ frame }) => simulated.readHeardMs(frame) ?? []),
        );
      // The vendor has what the gateway sent before it answered.
      return call.until(() => told().length >= count && told(), `${count} reports of what was heard`);
    },
  };
  return { call, vendor };
}

async function startHost(simulator: ProviderSimulator): Promise<SimulatorHost> {
  const host = await startSimulatorHost({ simulator, recordFrames: true });
  onTestFinished(() => host.close());
  return host;
}
