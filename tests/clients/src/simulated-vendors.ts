import type { ProviderSimulator } from '@speko/simulator-kit';
import { startSimulatorHost } from '@speko/simulator-kit/host';
import { createGoogleSimulator } from '@speko/simulators/google';
import { createOpenAISimulator } from '@speko/simulators/openai';
import { createXaiSimulator } from '@speko/simulators/xai';

/** The three simulated services, each on a port of its own that was free. */
export interface SimulatedVendors {
  /** `ws://127.0.0.1:<port>`, without a path. */
  readonly openai: string;
  /** As `openai`. */
  readonly google: string;
  /** As `openai`. */
  readonly xai: string;
}

/** Starts the services, has `work` done, and stops them. */
export async function withVendors<Result>(work: (vendors: SimulatedVendors) => Promise<Result>): Promise<Result> {
  await using openai = await serve(createOpenAISimulator());
  await using google = await serve(createGoogleSimulator());
  await using xai = await serve(createXaiSimulator());
  return await work({ openai: openai.wsUrl, google: google.wsUrl, xai: xai.wsUrl });
}

async function serve(simulator: ProviderSimulator) {
  const host = await startSimulatorHost({ simulator });
  return { wsUrl: host.wsUrl, [Symbol.asyncDispose]: () => host.close() };
}
