import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';

/** Events that a push-to-talk button needs. */
export interface HoldHandlers {
  onPointerDown(event: PointerEvent<HTMLButtonElement>): void;
  onPointerUp(): void;
  onPointerCancel(): void;
  onLostPointerCapture(): void;
  onKeyDown(event: KeyboardEvent): void;
  onKeyUp(event: KeyboardEvent): void;
  onBlur(): void;
  onContextMenu(event: { preventDefault(): void }): void;
}

/** Holds while a pointer, Space or Enter is down on the button; lets go also when the button or the page loses attention. */
export function useHold(hold: () => void, release: () => void): HoldHandlers {
  const held = useRef(false);
  const commands = useRef({ hold, release });
  commands.current = { hold, release };

  const press = () => {
    if (held.current) return;
    held.current = true;
    commands.current.hold();
  };
  const letGo = () => {
    if (!held.current) return;
    held.current = false;
    commands.current.release();
  };

  useEffect(() => {
    const onHidden = () => {
      if (document.visibilityState !== 'hidden' || !held.current) return;
      held.current = false;
      commands.current.release();
    };
    document.addEventListener('visibilitychange', onHidden);
    return () => document.removeEventListener('visibilitychange', onHidden);
  }, []);

  return {
    onPointerDown(event) {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      press();
    },
    onPointerUp: letGo,
    onPointerCancel: letGo,
    onLostPointerCapture: letGo,
    onKeyDown(event) {
      if (!isTalkKey(event.key)) return;
      event.preventDefault();
      if (!event.repeat) press();
    },
    onKeyUp(event) {
      if (isTalkKey(event.key)) letGo();
    },
    onBlur: letGo,
    // A long press on a touch screen would open the menu.
    onContextMenu: (event) => event.preventDefault(),
  };
}

function isTalkKey(key: string): boolean {
  return key === ' ' || key === 'Enter';
}
