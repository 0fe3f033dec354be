import { parseSettings, type Settings } from './settings.ts';

const KEY = 'speko-playground';

/** Settings of the last visit. Where the browser keeps nothing, the defaults. */
export function loadSettings(): Settings {
  try {
    return parseSettings(localStorage.getItem(KEY));
  } catch {
    return parseSettings(null);
  }
}

/** Keeps the settings for the next visit, if the browser lets it. */
export function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Blocked or full storage costs the memory of this visit, nothing else.
  }
}
