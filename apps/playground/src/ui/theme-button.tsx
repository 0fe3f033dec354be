import { Icon } from './icon.tsx';

/** Light or dark, against or along with the system. */
export function ThemeButton({ dark, onChange }: { dark: boolean; onChange: (dark: boolean) => void }) {
  return (
    <button
      aria-label="Dark appearance"
      aria-pressed={dark}
      className="button button-quiet button-square"
      data-testid="theme"
      onClick={() => onChange(!dark)}
      type="button"
    >
      <Icon name={dark ? 'sun' : 'moon'} />
    </button>
  );
}
