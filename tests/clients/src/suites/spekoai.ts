import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startGateway } from '@speko/gateway';
import { runCommand } from '../run-command.ts';
import { withVendors } from '../simulated-vendors.ts';
import type { Suite } from '../suite.ts';

const EXAMPLE = fileURLToPath(new URL('../../../../examples/python-client/main.py', import.meta.url));
const RECORDING = fileURLToPath(new URL('../../../../assets/speech.wav', import.meta.url));
const REQUIREMENTS = new URL('../../spekoai/requirements.txt', import.meta.url);
const KEY = 'sk_speko_python';
const CALL_MS = 90_000;
const CALLS = [
  ['echo', 'echo-tools'],
  ['openai', 'gpt-realtime-2.1'],
  ['google', 'gemini-3.8-live'],
  ['xai', 'grok-voice-3.0'],
] as const;

/** The published Python client, as examples/python-client uses it, against a gateway with the simulated vendors behind it. */
export const spekoai: Suite = {
  name: 'spekoai',
  does: 'the published Python client holds the call of examples/python-client with each provider',
  async run(stage) {
    const python = await stage.python(REQUIREMENTS);
    const folder = mkdtempSync(join(tmpdir(), 'speko-python-'));
    try {
      await withVendors(async ({ openai, google, xai }) => {
        await using gateway = await startGateway({
          env: {
            PORT: '0',
            LOG_LEVEL: 'silent',
            SPEKO_API_KEYS: KEY,
            SPEKO_DATABASE_URL: `file:${join(folder, 'gateway.db')}`,
            OPENAI_BASE_URL: `${openai}/v1`,
            GEMINI_BASE_URL: google,
            XAI_BASE_URL: `${xai}/v1`,
          },
        });
        for (const [provider, model] of CALLS) {
          const { code, output } = await runCommand([python, EXAMPLE, RECORDING, join(folder, 'reply.wav')], {
            timeoutMs: CALL_MS,
            env: {
              PYTHONDONTWRITEBYTECODE: '1',
              SPEKO_API_KEY: KEY,
              SPEKO_BASE_URL: gateway.url,
              SPEKO_PROVIDER: provider,
              SPEKO_MODEL: model,
            },
          });
          stage.check(
            `${provider}: the recording is heard, the tool called, the reply kept`,
            code === 0 ? undefined : output,
          );
        }
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
