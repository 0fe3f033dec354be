import type { Conversation } from '@speko/client-browser';
import { useHold } from '../call/use-hold.ts';

/** Push to talk, for those who hold the button and for those who press it twice. */
export function HoldButton({ conversation, holding, way }: HoldButtonProps) {
  const held = useHold(conversation.hold, conversation.release);
  if (way === 'hold') {
    return (
      <button {...held} className="hold-button" data-holding={holding} data-testid="hold" type="button">
        Hold to talk
        <kbd>Space</kbd>
      </button>
    );
  }
  return (
    <button
      aria-pressed={holding}
      className="hold-button"
      data-holding={holding}
      data-testid="hold"
      onClick={() => (holding ? conversation.release() : conversation.hold())}
      type="button"
    >
      Talk
    </button>
  );
}

interface HoldButtonProps {
  conversation: Conversation;
  holding: boolean;
  way: 'hold' | 'toggle';
}
