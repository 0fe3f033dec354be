import { createOpenAI } from '@speko/adapter-openai';
import type { AdapterEntry } from '@speko/server';
import { startSimulatorHost, type SimulatorHost } from '@speko/simulator-kit/host';
import { createOpenAISimulator, type OpenAISimulatorOptions } from '@speko/simulators/openai';
import { onTestFinished } from 'vitest';

/** The key that the gateway shows to simulated OpenAI services. */
export const OPENAI_KEY = 'sk-simulated-0123456789abcdefghijklmnop';

/** The OpenAI adapter, pointed at an address of this machine. */
export function openAIEntry(baseUrl: string, apiKey = OPENAI_KEY): AdapterEntry {
  const adapter = createOpenAI();
  return { state: 'configured', adapter, options: adapter.parseOptions({ apiKey, baseUrl }) };
}

/** A simulated OpenAI service that is gone when the test is over; it keeps every frame it gets. */
export async function startOpenAISimulator(options: OpenAISimulatorOptions = {}): Promise<SimulatorHost> {
  const host = await startSimulatorHost({ simulator: createOpenAISimulator(options), recordFrames: true });
  onTestFinished(() => host.close());
  return host;
}
