import type { Conversation } from '@speko/client-browser';
import { useEffect, useRef } from 'react';

/**
 * Hands over a level on every animation frame, outside of React's state: draw with it, do not render.
 * @param conversation - See {@link UseConversation.conversation}.
 * @param side - `input` is the user, `output` the assistant.
 * @param draw - Gets 0 (silence) to 1 (full scale). The one of the last render is called.
 */
export function useAudioLevel(
  conversation: Pick<Conversation, 'inputLevel' | 'outputLevel'>,
  side: 'input' | 'output',
  draw: (level: number) => void,
): void {
  const latest = useRef(draw);
  useEffect(() => {
    latest.current = draw;
  });
  useEffect(() => {
    let request = requestAnimationFrame(function next() {
      latest.current(side === 'input' ? conversation.inputLevel : conversation.outputLevel);
      request = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(request);
  }, [conversation, side]);
}
