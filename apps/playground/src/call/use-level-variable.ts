import type { Conversation } from '@speko/client-browser';
import { useAudioLevel } from '@speko/react';
import { useRef, type RefObject } from 'react';

/** Keeps a CSS variable of an element at the level of one side, 0 to 1, in steps of a hundredth. */
export function useLevelVariable(
  target: RefObject<HTMLElement | null>,
  name: `--${string}`,
  conversation: Conversation,
  side: 'input' | 'output',
): void {
  const shown = useRef('');
  useAudioLevel(conversation, side, (level) => {
    const text = level.toFixed(2);
    if (text === shown.current) return;
    shown.current = text;
    target.current?.style.setProperty(name, text);
  });
}
