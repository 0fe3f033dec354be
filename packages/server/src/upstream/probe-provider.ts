import { AdapterError, type RealtimeAdapter, type SessionConfig } from '@speko/adapter';
import { systemClock, type Clock } from '../clock.ts';
import type { ProviderLink } from './connection/provider-link.ts';
import { createLink } from './create-link.ts';

/** Which provider to probe, and how long. */
export interface ProbeOptions {
  readonly adapter: RealtimeAdapter;
  /** Result of the adapter's `parseOptions`. */
  readonly options: unknown;
  /** @defaultValue the adapter's example model */
  readonly model?: string;
  /** Longest wait until the provider is ready. @defaultValue 15000 */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

/** Whether a provider can hold a session. */
export type ProbeResult =
  | { readonly ok: true; readonly readyMs: number }
  /** `message`: the provider's own words, where it had any. */
  | { readonly ok: false; readonly message: string };

/** Opens one provider session as a client would, up to the point where audio could be sent, and closes it again. */
export async function probeProvider(probe: ProbeOptions): Promise<ProbeResult> {
  const { adapter, options, model = adapter.exampleModel, timeoutMs = 15_000, clock = systemClock } = probe;
  let settle: (result: ProbeResult) => void = () => {};
  const settled = new Promise<ProbeResult>((resolve) => {
    settle = resolve;
  });
  let startedAtMs = 0;
  let link: ProviderLink;
  try {
    link = createLink({
      adapter,
      config: probeConfig(model),
      options,
      clock,
      listener: {
        event(event) {
          if (event.type === 'session-ready') settle({ ok: true, readyMs: clock.nowMs() - startedAtMs });
          if (event.type === 'provider-error' && event.fatal) settle({ ok: false, message: event.message });
        },
        fault: (error) => settle({ ok: false, message: `The adapter failed: ${String(error)}` }),
      },
      history: () => [],
      maxHeldAudioMs: 0,
      onRecovered: () => {},
      onOddEnd: () => {},
    });
  } catch (error) {
    if (AdapterError.isInstance(error)) return { ok: false, message: error.message };
    throw error;
  }
  startedAtMs = clock.nowMs();
  const timer = clock.setTimer(
    () => settle({ ok: false, message: `The provider was not ready within ${timeoutMs} ms.` }),
    timeoutMs,
  );
  try {
    link.start();
    return await settled;
  } finally {
    timer.cancel();
    link.close();
  }
}

function probeConfig(model: string): SessionConfig {
  return {
    sessionId: 'probe',
    model,
    tools: [],
    turnDetection: 'auto',
    inputSampleRateHz: 24_000,
    outputSampleRateHz: 24_000,
  };
}
