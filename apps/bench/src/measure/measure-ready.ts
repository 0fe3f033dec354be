import type { Route } from './route.ts';

/** Milliseconds from the client's first step (for the gateway that is minting) to a session that takes audio. */
export async function measureReady(route: Route): Promise<number> {
  const startedAt = performance.now();
  const call = await route.open();
  const readyMs = performance.now() - startedAt;
  await call.close();
  return readyMs;
}
