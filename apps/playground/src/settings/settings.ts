/** How the end of the user's turn is found; `hold` and `toggle` are the two ways to work a push-to-talk button. */
export type TurnTaking = 'auto' | 'hold' | 'toggle';

/** What the page remembers between visits. Empty strings mean: leave it to the provider. */
export interface Settings {
  readonly provider: string;
  readonly model: string;
  readonly voice: string;
  readonly systemPrompt: string;
  readonly firstMessage: string;
  /** A number from 0 to 2 as typed, or empty. */
  readonly temperature: string;
  readonly turnTaking: TurnTaking;
  /** Whether the page offers its two tools to the model. */
  readonly tools: boolean;
  /** `''` is the system's default; `none` is a call without a microphone. */
  readonly microphone: string;
  readonly speaker: string;
  /** 0 to 1. */
  readonly volume: number;
  readonly theme: 'system' | 'light' | 'dark';
}

export const DEFAULT_SETTINGS: Settings = {
  provider: 'echo',
  model: 'echo',
  voice: '',
  systemPrompt: '',
  firstMessage: '',
  temperature: '',
  turnTaking: 'auto',
  tools: false,
  microphone: '',
  speaker: '',
  volume: 1,
  theme: 'system',
};

const CHOICES = {
  turnTaking: ['auto', 'hold', 'toggle'],
  theme: ['system', 'light', 'dark'],
} as const;

/** Reads what was kept; what is missing, or does not fit, falls back to its default. */
export function parseSettings(text: string | null): Settings {
  const kept = parseObject(text);
  const parsed = Object.entries(DEFAULT_SETTINGS).map(([name, preset]: [string, unknown]) => {
    const value = kept[name];
    return [name, isFit(name, value, preset) ? value : preset];
  });
  return Object.fromEntries(parsed) as Settings;
}

function isFit(name: string, value: unknown, preset: unknown): boolean {
  if (typeof value !== typeof preset) return false;
  if (name === 'turnTaking' || name === 'theme') return (CHOICES[name] as readonly unknown[]).includes(value);
  return typeof value !== 'number' || (value >= 0 && value <= 1);
}

function parseObject(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
