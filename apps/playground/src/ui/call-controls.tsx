import type { Call } from '../call/use-call.ts';
import { Icon } from './icon.tsx';

/** What can be done during a call. What is of no use now stays reachable, so that focus is not lost when that changes. */
export function CallControls({ call }: { call: Call }) {
  const { conversation, snapshot, typedOnly } = call;
  const connected = snapshot.status === 'connected';
  return (
    <div className="controls">
      <button
        aria-pressed={snapshot.muted}
        className="button"
        data-testid="mute"
        aria-disabled={typedOnly}
        onClick={() => typedOnly || conversation.mute(!snapshot.muted)}
        type="button"
      >
        <Icon name="mute" />
        Mute
      </button>
      <button
        className="button"
        data-testid="interrupt"
        aria-disabled={!connected}
        onClick={() => connected && conversation.interrupt()}
        type="button"
      >
        <Icon name="stop" />
        Stop speaking
      </button>
    </div>
  );
}
