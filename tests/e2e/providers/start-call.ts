import { Speko } from '@speko/client-node';
import { startSimulatorHost, type SimulatorHost } from '@speko/simulator-kit/host';
import { Call, type Scenario, type TurnMode, type VendorView } from '@speko/tests-behaviour';
import { onTestFinished } from 'vitest';
import { startGateway } from '../helpers/start-gateway.ts';
import { answerLikeEcho } from './answer-like-echo.ts';
import { breakingDown, breakNow } from './break-down.ts';
import type { ProviderUnderTest, SimulatedVendor } from './provider-under-test.ts';
import { createVoice } from './voice.ts';

/** What differs from a call that works. */
export interface CallSetup {
  readonly mode: TurnMode;
  readonly params?: Scenario['params'] | undefined;
  readonly manners?: Scenario['manners'] | undefined;
  readonly breakdown?: Scenario['breakdown'] | undefined;
  /** @defaultValue the provider's */
  readonly model?: string;
  /** @defaultValue the provider's */
  readonly apiKey?: string;
}

/** A call and what is on the far side of it. */
export interface StartedCall {
  readonly call: Call;
  readonly vendor: VendorView;
  /** The spoken turns that a simulated vendor was to answer, as it heard them: samples at 24 kHz. */
  readonly heard: readonly Int16Array[];
}

/** A call of the Node client through a gateway of its own to a simulated vendor of its own; all gone after the test. */
export async function startCall(
  provider: ProviderUnderTest,
  {
    mode,
    params = {},
    manners = {},
    breakdown,
    model = provider.model,
    apiKey = provider.vendor?.apiKey ?? '',
  }: CallSetup,
): Promise<StartedCall> {
  const audioSpeed = manners.audioSpeed ?? 50;
  const heard: Int16Array[] = [];
  const host = provider.vendor && (await startHost(provider.vendor, { audioSpeed, breakdown, heard }));
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
    voice: createVoice({ sampleRateHz: params.inputSampleRate ?? 24_000 }),
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
    breakDown() {
      const connection = host?.openConnections.at(-1);
      if (connection === undefined || breakdown === undefined)
        throw new Error('There is no connection that could break.');
      breakNow(connection, breakdown.how);
    },
    goDown: () => host?.setFaults({ refuse: { status: 503, body: 'no healthy upstream' } }),
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
  return { call, vendor, heard };
}

async function startHost(
  vendor: SimulatedVendor,
  { audioSpeed, breakdown, heard }: { audioSpeed: number; breakdown: Scenario['breakdown']; heard: Int16Array[] },
): Promise<SimulatorHost> {
  const simulator = vendor.createSimulator({
    audioSpeed,
    reply(turn) {
      if (turn.userAudio.length > 0) heard.push(turn.userAudio);
      return answerLikeEcho(turn);
    },
  });
  const breaks = breakdown?.during === 'answer' ? breakdown.how : undefined;
  const host = await startSimulatorHost({
    simulator:
      breaks === undefined
        ? simulator
        : breakingDown(simulator, vendor.audioMessage, breaks, () => host.connections[0]),
    recordFrames: true,
  });
  onTestFinished(() => host.close());
  return host;
}
