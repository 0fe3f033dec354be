import { useCallback, useEffect, useState } from 'react';
import { loadSettings, saveSettings } from './settings-storage.ts';
import type { Settings } from './settings.ts';

/** The settings, and how to change some of them; the browser keeps them. */
export function useSettings(): readonly [Settings, (fields: Partial<Settings>) => void] {
  const [settings, setSettings] = useState(loadSettings);
  useEffect(() => saveSettings(settings), [settings]);
  const change = useCallback((fields: Partial<Settings>) => setSettings((now) => ({ ...now, ...fields })), []);
  return [settings, change];
}
