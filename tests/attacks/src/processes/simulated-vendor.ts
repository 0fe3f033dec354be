// The vendor of ordinary calls: xAI as its adapter's own simulator plays it.
import { startSimulatorHost } from '@speko/simulator-kit/host';
import { createXaiSimulator } from '@speko/simulators/xai';
import { serveParent } from './serve-parent.ts';

const host = startSimulatorHost({ simulator: createXaiSimulator() });
const address = async (): Promise<string> => `${(await host).wsUrl}/v1`;
serveParent({ start: address, address });
