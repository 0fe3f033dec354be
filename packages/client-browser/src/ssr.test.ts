import { expect, test } from 'vitest';

test('[WKL4] the package can be imported where there is no browser', async () => {
  expect(globalThis).not.toHaveProperty('AudioContext');
  const { listDevices, Microphone, Speaker, watchDevices } = await import('./index.ts');
  expect(await listDevices()).toEqual([]);
  watchDevices(() => {})();
  expect([new Microphone().level, new Speaker().level]).toEqual([0, 0]);
  await new Microphone().stop();
  await new Speaker().stop();
});
