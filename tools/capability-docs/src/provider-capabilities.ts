import type { AdapterCapabilities, RealtimeAdapter, SessionConfig } from '@speko/adapter';
import { createAdapterEntries, readConfig } from '@speko/gateway';

/** What a provider can do in one kind of session. */
export interface SessionKind {
  /** What sets these sessions apart; empty where all are alike. */
  readonly label: string;
  readonly capabilities: AdapterCapabilities;
}

/** One provider of the gateway. */
export interface ProviderCapabilities {
  readonly id: string;
  readonly displayName: string;
  /** At least one; kinds that can do the same are one. */
  readonly kinds: readonly [SessionKind, ...SessionKind[]];
}

/** A model of each generation, for vendors whose generations differ; one column each where they can do different things. */
const MODELS: Readonly<Record<string, readonly string[]>> = {
  google: [
    'gemini-3.8-live',
    'gemini-3.8-live-extended-thinking',
    'gemini-3.1-flash-live-preview',
    'gemini-2.5-flash-native-audio-preview-12-2025',
    'gemini-live-2.5-flash',
  ],
};

const MODE_LABELS = { auto: 'with turn detection', manual: 'with manual turns' } as const;

/** Every provider the gateway knows, by id, with what its adapter says of itself. */
export function listProviders(): readonly ProviderCapabilities[] {
  return createAdapterEntries(readConfig({}))
    .map(({ adapter }) => ({ id: adapter.id, displayName: adapter.displayName, kinds: listKinds(adapter) }))
    .toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

function listKinds(adapter: RealtimeAdapter): [SessionKind, ...SessionKind[]] {
  const usual: SessionKind = { label: '', capabilities: adapter.capabilities };
  if (adapter.sessionCapabilities === undefined) return [usual];
  const options = adapter.parseOptions(adapter.kind === 'in-process' ? {} : { apiKey: 'made-up' });
  const models = MODELS[adapter.id] ?? [adapter.exampleModel];
  const sessions = models.flatMap((model) =>
    (['auto', 'manual'] as const).map((mode) => ({
      model,
      mode,
      capabilities: adapter.sessionCapabilities?.(sessionOf(model, mode), options) ?? adapter.capabilities,
    })),
  );
  const groups = new Map<string, typeof sessions>();
  for (const session of sessions) {
    const key = JSON.stringify(session.capabilities);
    groups.set(key, [...(groups.get(key) ?? []), session]);
  }
  const [first, ...others] = [...groups.values()].map((group): SessionKind => {
    const label = describeGroup(group, sessions);
    return { label, capabilities: group[0]?.capabilities ?? adapter.capabilities };
  });
  if (first === undefined || others.length === 0) return [usual];
  return [first, ...others];
}

interface Session {
  readonly model: string;
  readonly mode: keyof typeof MODE_LABELS;
}

/** Names what a group of sessions has in common and the others have not: the turn mode, the models, or both. */
function describeGroup(group: readonly Session[], all: readonly Session[]): string {
  const models = [...new Set(group.map(({ model }) => model))];
  const modes = [...new Set(group.map(({ mode }) => mode))];
  const isEveryModel = models.length === new Set(all.map(({ model }) => model)).size;
  return [
    ...(isEveryModel ? [] : [models.map((model) => `\`${model}\``).join(', ')]),
    ...(modes.length === 2 ? [] : modes.map((mode) => MODE_LABELS[mode])),
  ].join(' ');
}

function sessionOf(model: string, turnDetection: SessionConfig['turnDetection']): SessionConfig {
  return {
    sessionId: 'session',
    model,
    tools: [],
    turnDetection,
    inputSampleRateHz: 24_000,
    outputSampleRateHz: 24_000,
  };
}
