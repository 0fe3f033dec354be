import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** How often the package's own code was fetched. */
let fetches: number;
/** What was loaded into the audio thread. */
let added: string[];

beforeEach(() => {
  fetches = 0;
  added = [];
  vi.resetModules();
  vi.doMock('./carried-worklet.ts', () => {
    fetches += 1;
    return { loadCarried: (load: (address: string) => Promise<unknown>) => load('blob:carried') };
  });
  vi.stubGlobal(
    'AudioWorkletNode',
    class {
      readonly name: string;
      constructor(_context: unknown, name: string) {
        this.name = name;
      }
    },
  );
  vi.stubGlobal('isSecureContext', true);
});
afterEach(() => {
  vi.doUnmock('./carried-worklet.ts');
  vi.unstubAllGlobals();
});

const refuses = (address: string): boolean => address.startsWith('/nowhere/');

async function load(url: string | undefined): Promise<unknown> {
  const { createWorkletNode } = await import('./load-worklet.ts');
  const context = {
    audioWorklet: {
      addModule: async (address: string) => {
        added.push(address);
        if (refuses(address)) throw new Error('There is no such file.');
      },
    },
  };
  return await createWorkletNode(context as unknown as AudioContext, 'player', url, {});
}

test('[WKL5] a page that serves the file never loads the code in the package', async () => {
  const { prepareWorklet } = await import('./load-worklet.ts');
  prepareWorklet('/player.js');
  await load('/player.js');
  expect(added).toEqual(['/player.js']);
  expect(fetches).toBe(0);
});

test('[WKL1, WKL5] a page whose file cannot be loaded does', async () => {
  await load('/nowhere/player.js');
  expect(added).toEqual(['/nowhere/player.js', 'blob:carried']);
  expect(fetches).toBe(1);
});

test('[WKL5] without a file it is fetched while the user is asked for the microphone', async () => {
  const { Microphone } = await import('../audio/microphone.ts');
  let deny!: (error: unknown) => void;
  const getUserMedia = vi.fn<() => Promise<never>>(() => new Promise((_, reject) => (deny = reject)));
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  const opening = new Microphone().open();
  await vi.waitFor(() => expect(fetches).toBe(1));
  expect(getUserMedia).toHaveBeenCalledOnce();
  deny(new DOMException('', 'NotFoundError'));
  await expect(opening).rejects.toMatchObject({ code: 'MIC_NOT_FOUND' });
});

test('[WKL2] code that cannot be fetched is WORKLET_BLOCKED, with what the browser says', async () => {
  vi.doMock('./carried-worklet.ts', () => {
    throw new Error('offline');
  });
  const told = vi.spyOn(console, 'error').mockReturnValue();
  const error = await load(undefined).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'WORKLET_BLOCKED',
    message: 'This page keeps its own sound from working. Tell those who run it.',
    cause: expect.any(Error) as Error,
  });
  expect(told.mock.calls).toEqual([[(error as Error).cause]]);
});
