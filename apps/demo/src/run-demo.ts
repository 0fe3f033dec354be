import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startGateway, type Environment, type RunningGateway } from '@speko/gateway';
import { startSimulatorHost } from '@speko/simulator-kit/host';
import type { LogEntry } from './call-log.ts';
import { checkCall, type Expectation } from './expectations.ts';
import { holdCall, type CallResult } from './hold-call.ts';
import type { DemoProvider } from './providers.ts';
import { readRecordings, type Recordings } from './recordings.ts';

export interface RunDemoOptions {
  readonly providers: readonly DemoProvider[];
  /** Vendors whose key or address it holds are called for real. */
  readonly env: Environment;
  /** Where replies are written. */
  readonly outFolder: string;
  readonly stepTimeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onCall?: (call: { readonly provider: DemoProvider; readonly endpoint: string }) => void;
  readonly onEntry?: (entry: LogEntry) => void;
}

/** Everything the demo found out; printed as it is by `--json`. */
export interface DemoReport {
  readonly ok: boolean;
  readonly calls: readonly CallReport[];
}

export interface CallReport {
  readonly provider: string;
  readonly model: string;
  /** `built in`, `simulator`, or the address that was really called. */
  readonly endpoint: string;
  readonly ok: boolean;
  readonly readyMs: number | null;
  /** From the end of what the user said to the first audio, for each time the user spoke; the first one heads the table. */
  readonly firstAudioMs: readonly number[];
  readonly sentAudioSeconds: number;
  readonly receivedAudioSeconds: number;
  readonly usage: {
    readonly responses: number;
    readonly inputAudioTokens: number;
    readonly outputAudioTokens: number;
    readonly inputTextTokens: number;
    readonly outputTextTokens: number;
  };
  readonly transcript: readonly { readonly role: string; readonly text: string; readonly interrupted: boolean }[];
  readonly end: { readonly code: number; readonly reason: string } | null;
  /** The assistant's heard audio. */
  readonly wavFile: string | null;
  readonly expectations: readonly Expectation[];
}

/** Starts a gateway and simulated vendors on free ports, holds a call with each provider, and stops everything again. */
export async function runDemo(options: RunDemoOptions): Promise<DemoReport> {
  const simulated = options.providers.filter((provider) => !isReal(provider, options.env));
  const vendors = await startSimulatorHost({
    simulators: simulated.flatMap(({ vendor }) => (vendor ? [vendor.createSimulator()] : [])),
  });
  try {
    const addresses = simulated.flatMap(({ id, vendor }) =>
      vendor ? [[vendor.urlVariable, vendors.urlOf(id) + vendor.basePath] as const] : [],
    );
    return await callAll(options, Object.fromEntries(addresses));
  } finally {
    await vendors.close();
  }
}

/** @param addresses - Variables of the providers that are simulated. */
async function callAll(options: RunDemoOptions, addresses: Readonly<Record<string, string>>): Promise<DemoReport> {
  const { providers, env } = options;
  const folder = mkdtempSync(join(tmpdir(), 'speko-demo-'));
  let gateway: RunningGateway | undefined;
  try {
    gateway = await startGateway({
      env: {
        PORT: '0',
        LOG_LEVEL: 'silent',
        SPEKO_DATABASE_URL: `file:${join(folder, 'gateway.db')}`,
        ...Object.fromEntries(providers.flatMap((provider) => realVariables(provider, env))),
        ...addresses,
      },
    });
    const recordings = readRecordings();
    const calls: CallReport[] = [];
    for (const provider of providers) calls.push(await callProvider(provider, { options, gateway, recordings }));
    return { ok: calls.every((call) => call.ok), calls };
  } finally {
    await gateway?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function callProvider(
  provider: DemoProvider,
  {
    options,
    gateway,
    recordings,
  }: { options: RunDemoOptions; gateway: { url: string; apiKey: string }; recordings: Recordings },
): Promise<CallReport> {
  const endpoint = describeEndpoint(provider, options.env);
  options.onCall?.({ provider, endpoint });
  const result = await holdCall({
    baseUrl: gateway.url,
    apiKey: gateway.apiKey,
    provider: provider.id,
    model: provider.model,
    recordings,
    ...(options.stepTimeoutMs !== undefined && { stepTimeoutMs: options.stepTimeoutMs }),
    ...(options.signal && { signal: options.signal }),
    ...(options.onEntry && { onEntry: options.onEntry }),
  });
  options.signal?.throwIfAborted();
  return report(
    provider,
    endpoint,
    result,
    result.receivedMs > 0 ? writeReply(options.outFolder, provider.id, result.wav) : null,
  );
}

function report(provider: DemoProvider, endpoint: string, result: CallResult, wavFile: string | null): CallReport {
  const { log, sentMs, receivedMs } = result;
  const expectations = checkCall(result);
  const usage = log.ofType('usage');
  const close = log.ofType('close').at(-1);
  const sum = (read: (frame: (typeof usage)[number]) => number | undefined): number =>
    usage.reduce((total, frame) => total + (read(frame) ?? 0), 0);
  return {
    provider: provider.id,
    model: provider.model,
    endpoint,
    ok: expectations.every(({ met }) => met),
    readyMs: roundOrNull(log.entries.find(({ event }) => event.type === 'ready')?.atMs),
    firstAudioMs: log.ofType('first-audio').map(({ afterMs }) => Math.round(afterMs)),
    sentAudioSeconds: toSeconds(sentMs),
    receivedAudioSeconds: toSeconds(receivedMs),
    usage: {
      responses: usage.length,
      inputAudioTokens: sum((frame) => frame.inputAudioTokens),
      outputAudioTokens: sum((frame) => frame.outputAudioTokens),
      inputTextTokens: sum((frame) => frame.inputTextTokens),
      outputTextTokens: sum((frame) => frame.outputTextTokens),
    },
    transcript: log
      .ofType('transcript')
      .filter(({ final }) => final)
      .map(({ role, text, interrupted }) => ({ role, text, interrupted })),
    end: close === undefined ? null : { code: close.code, reason: close.reason },
    wavFile,
    expectations,
  };
}

function writeReply(outFolder: string, provider: string, wav: Uint8Array): string {
  const path = resolve(outFolder, `${provider}-reply.wav`);
  mkdirSync(outFolder, { recursive: true });
  writeFileSync(path, wav);
  return path;
}

/** Whether the environment sends the calls with a provider to a server that is not a simulator. */
export function isReal({ vendor }: DemoProvider, env: Environment): boolean {
  return vendor !== undefined && (isSet(env[vendor.keyVariable]) || isSet(env[vendor.urlVariable]));
}

function realVariables(provider: DemoProvider, env: Environment): (readonly [string, string | undefined])[] {
  const { vendor } = provider;
  if (vendor === undefined || !isReal(provider, env)) return [];
  const { keyVariable, urlVariable, settingVariables } = vendor;
  return [keyVariable, urlVariable, ...settingVariables].map((name) => [name, env[name]] as const);
}

function describeEndpoint(provider: DemoProvider, env: Environment): string {
  const { vendor } = provider;
  if (vendor === undefined) return 'built in';
  if (!isReal(provider, env)) return 'simulator';
  return env[vendor.urlVariable]?.trim() || `the real ${provider.id}`;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}

function toSeconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}

function roundOrNull(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms);
}
