import type { ProviderInfo } from '@speko/protocol/lean';
import { useEffect, useState } from 'react';

import { fetchProviders } from './fetch-providers.ts';

/** The gateway's providers, once they are known, or why they are not. */
export interface ProvidersView {
  readonly providers: readonly ProviderInfo[] | undefined;
  readonly problem: string | undefined;
  retry(): void;
}

export function useProviders(): ProvidersView {
  const [attempt, setAttempt] = useState(0);
  const [providers, setProviders] = useState<readonly ProviderInfo[]>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    const waiting = new AbortController();
    setProblem(undefined);
    fetchProviders(waiting.signal).then(setProviders, (error: Error) => {
      if (!waiting.signal.aborted) setProblem(error.message);
    });
    return () => waiting.abort();
  }, [attempt]);
  return { providers, problem, retry: () => setAttempt(attempt + 1) };
}
