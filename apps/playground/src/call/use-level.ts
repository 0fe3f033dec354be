import { useEffect, useRef, type RefObject } from 'react';

/** Writes a level, 0 to 1, into the CSS variable `--level` of an element on every frame of the screen, past React. */
export function useLevel<Target extends HTMLElement>(read: () => number): RefObject<Target | null> {
  const target = useRef<Target>(null);
  const reader = useRef(read);
  reader.current = read;
  useEffect(() => {
    let shown = -1;
    let request = requestAnimationFrame(function draw() {
      const level = Math.round(reader.current() * 100) / 100;
      if (level !== shown) target.current?.style.setProperty('--level', String((shown = level)));
      request = requestAnimationFrame(draw);
    });
    return () => cancelAnimationFrame(request);
  }, []);
  return target;
}
