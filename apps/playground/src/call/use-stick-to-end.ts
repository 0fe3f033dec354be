import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

const NEAR_PX = 48;

/** Keeps a scrolling element at its end as it grows, unless the user has scrolled away from there. */
export function useStickToEnd<Target extends HTMLElement>(): RefObject<Target | null> {
  const target = useRef<Target>(null);
  const atEnd = useRef(true);

  useEffect(() => {
    const element = target.current;
    if (!element) return;
    const look = () => {
      const left = element.scrollWidth - element.clientWidth - element.scrollLeft;
      const below = element.scrollHeight - element.clientHeight - element.scrollTop;
      atEnd.current = left < NEAR_PX && below < NEAR_PX;
    };
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, []);

  // After every render, since any of them may have added something.
  useLayoutEffect(() => {
    const element = target.current;
    if (!element || !atEnd.current) return;
    element.scrollTop = element.scrollHeight;
    element.scrollLeft = element.scrollWidth;
  });
  return target;
}
