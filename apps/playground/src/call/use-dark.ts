import { useLayoutEffect, useSyncExternalStore } from 'react';
import type { Settings } from '../settings/settings.ts';

/** Whether the page is dark; puts the choice on the document, where the styles look for it. */
export function useDark(theme: Settings['theme']): boolean {
  const systemDark = useSyncExternalStore(watchSystem, () => darkSystem().matches);
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return theme === 'system' ? systemDark : theme === 'dark';
}

function darkSystem(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)');
}

function watchSystem(listener: () => void): () => void {
  const query = darkSystem();
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}
