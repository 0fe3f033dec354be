import { useEffect, useState } from 'react';

const TICK_MS = 250;

/** A time that goes on, four times a second while `live`; it stands still afterwards. */
export function useNow(now: () => number, live: boolean): number {
  const [nowMs, setNowMs] = useState(now);
  useEffect(() => {
    if (!live) return;
    setNowMs(now());
    const timer = setInterval(() => setNowMs(now()), TICK_MS);
    return () => clearInterval(timer);
  }, [now, live]);
  return nowMs;
}
