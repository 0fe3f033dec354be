import { AdapterError, type DialPlan, type SessionConfig } from '@speko/adapter';
import type { AdapterRegistry, ChosenProvider } from '../../adapter-registry.ts';
import { HttpError, validationError } from '../../http-error.ts';

/**
 * Finds the provider of a request for a key.
 * @throws HttpError `VALIDATION_ERROR` at `s2s.provider` when there is none of that id, `FORBIDDEN` when the key may
 * not use it, `PROVIDER_NOT_CONFIGURED` when its credentials are not set.
 */
export function chooseProvider(
  registry: AdapterRegistry,
  provider: string,
  allowedProviders: readonly string[] | undefined,
): ChosenProvider {
  const entry = registry.get(provider);
  if (entry === undefined) {
    throw validationError(
      's2s.provider',
      `"${provider}" is not a provider of this gateway; use one of: ${[...registry.keys()].join(', ')}.`,
    );
  }
  if (allowedProviders !== undefined && !allowedProviders.includes(provider)) {
    throw new HttpError({
      code: 'FORBIDDEN',
      message: `This API key may not use provider "${provider}"; use one of: ${allowedProviders.join(', ')}, or ask for another key.`,
    });
  }
  if (entry.state === 'missing') {
    throw new HttpError({
      code: 'PROVIDER_NOT_CONFIGURED',
      message: `Provider "${provider}" has no credentials on this gateway; set ${entry.missingSetting} and start it again.`,
    });
  }
  return { adapter: entry.adapter, options: entry.options };
}

/**
 * Asks the adapter whether it can hold this session, before anything is made for it.
 * @returns the plan of its first connection; `undefined` for a provider that is not dialled
 * @throws HttpError `VALIDATION_ERROR` with the adapter's own words, at the path it names.
 */
export function checkSessionConfig({ adapter, options }: ChosenProvider, config: SessionConfig): DialPlan | undefined {
  try {
    if (adapter.kind === 'dialed') return adapter.plan(config, options);
    adapter.audio(config, options);
    return undefined;
  } catch (error) {
    if (AdapterError.isInstance(error) && error.code === 'BAD_OPTIONS') {
      throw validationError(error.path ?? 's2s', error.message);
    }
    throw error;
  }
}

/**
 * Request paths of the settings that this session asks for and its provider has no use for, as far as that is known
 * without asking the provider.
 * @see PROTOCOL.md rule RS25
 */
export function ignoredSettings({ adapter, options }: ChosenProvider, config: SessionConfig): readonly string[] {
  const can = adapter.sessionCapabilities?.(config, options) ?? adapter.capabilities;
  const canDetect = config.turnDetection === 'auto' ? can.turnDetectionAuto : can.turnDetectionManual;
  const paths = [
    ...(canDetect ? [] : ['s2s.turnDetection']),
    ...(config.tools.length === 0 || can.tools ? [] : ['s2s.tools']),
    ...(config.voice === undefined || can.voice ? [] : ['s2s.voice']),
    ...(config.temperature === undefined || can.temperature ? [] : ['s2s.temperature']),
    ...(config.firstMessage === undefined || can.firstMessage ? [] : ['firstMessage']),
    ...(adapter.ignoredSettings?.(config, options) ?? []),
  ];
  return [...new Set(paths)];
}
