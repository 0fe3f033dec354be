const PATHS = {
  call: 'M12 15a3.5 3.5 0 0 0 3.5-3.5v-5a3.5 3.5 0 0 0-7 0v5A3.5 3.5 0 0 0 12 15ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3.5',
  end: 'M3 14.5c0-2 4-4.5 9-4.5s9 2.5 9 4.5V17l-4.5-.8-.6-2.7c-2.6-.7-5.2-.7-7.8 0l-.6 2.7L3 17z',
  mute: 'M9 9V6.5a3 3 0 0 1 6-.4M15 10v1.5M9 9.5v2a3 3 0 0 0 4.7 2.4M5.5 11.5a6.5 6.5 0 0 0 10.6 5M18.5 11.5a6 6 0 0 1-.5 2.6M12 18v3.5M4 4l16 16',
  stop: 'M7 7h10v10H7z',
  send: 'M4 12h14M12 5.5 18.5 12 12 18.5',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z',
  download: 'M12 4v11M7 10.5 12 15.5l5-5M5 19.5h14',
  pause: 'M8.5 6v12M15.5 6v12',
  play: 'M8 5.5v13l10-6.5z',
  sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11',
  tool: 'M14.5 6.5a4 4 0 0 1 5-.8l-2.7 2.7 1 2 2 1 .1-.1a4 4 0 0 1-5.5 3.6L8.6 20.7a2 2 0 0 1-2.9-2.9l5.8-5.8a4 4 0 0 1 3-5.5Z',
  alert: 'M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.2',
} as const;

/** Pictures the page has; all of them are decoration beside words. */
export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      className="icon"
      fill="none"
      height={size}
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth="1.75"
      viewBox="0 0 24 24"
      width={size}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
