import type { ProviderInfo } from '@speko/protocol/lean';
import { useEffect, useState } from 'react';
import { fetchProviders } from './fetch-providers.ts';
import { GatewayError } from './gateway-error.ts';

/** The gateway's providers, once they are known, or why they are not. */
export interface ProvidersView {
  readonly providers: readonly ProviderInfo[] | undefined;
  readonly problem: string | undefined;
  /** Whether the gateway lets this browser in only once the page was opened by its address. */
  readonly locked: boolean;
  retry(): void;
}

export function useProviders(): ProvidersView {
  const [attempt, setAttempt] = useState(0);
  const [providers, setProviders] = useState<readonly ProviderInfo[]>();
  const [problem, setProblem] = useState<string>();
  const [locked, setLocked] = useState(false);
  useEffect(() => {
    const waiting = new AbortController();
    setProblem(undefined);
    fetchProviders(waiting.signal).then(setProviders, (error: Error) => {
      if (waiting.signal.aborted) return;
      if (error instanceof GatewayError && error.status === 401) setLocked(true);
      else setProblem(error.message);
    });
    return () => waiting.abort();
  }, [attempt]);
  return { providers, problem, locked, retry: () => setAttempt(attempt + 1) };
}
