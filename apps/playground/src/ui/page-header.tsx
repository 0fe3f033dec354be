import { ThemeButton } from './theme-button.tsx';

/** Name of the page, and its appearance. */
export function PageHeader({ dark, onDark }: { dark: boolean; onDark: (dark: boolean) => void }) {
  return (
    <header className="page-header">
      <svg aria-hidden="true" className="logo" viewBox="0 0 32 32">
        <rect height="32" rx="9" width="32" />
        <path d="M8 14v4M13.3 10v12M18.7 7v18M24 13v6" />
      </svg>
      <h1>
        Speko <span>Playground</span>
      </h1>
      <ThemeButton dark={dark} onChange={onDark} />
    </header>
  );
}
