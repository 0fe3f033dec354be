import type { ProviderInfo } from '@speko/protocol/lean';
import type { Settings } from './settings.ts';

/** Keeps the chosen provider if a call can be held with it; else takes echo, else the first that is ready. */
export function chooseProvider(settings: Settings, providers: readonly ProviderInfo[]): Settings {
  const ready = providers.filter((provider) => provider.configured);
  if (ready.some((provider) => provider.id === settings.provider)) return settings;
  const next = ready.find((provider) => provider.id === 'echo') ?? ready[0];
  return next ? withProvider(settings, next) : settings;
}

/** Changes the provider. Model and voice belong to the one before, so they start anew. */
export function withProvider(settings: Settings, provider: ProviderInfo): Settings {
  return { ...settings, provider: provider.id, model: provider.models[0] ?? '', voice: '' };
}
