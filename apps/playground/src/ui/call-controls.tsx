import type { Call } from '../call/use-call.ts';
import { Icon } from './icon.tsx';

/** What can be done during a call. What is of no use now stays reachable, so that focus is not lost when that changes. */
export function CallControls({ call, pushToTalk }: { call: Call; pushToTalk: boolean }) {
  const { conversation, snapshot, typedOnly } = call;
  const connected = snapshot.status === 'connected';
  return (
    <div className="controls">
      {!pushToTalk && (
        <button
          aria-disabled={typedOnly}
          aria-pressed={snapshot.muted}
          className="button"
          data-testid="mute"
          onClick={() => typedOnly || conversation.mute(!snapshot.muted)}
          type="button"
        >
          <Icon name="mute" />
          Mute
        </button>
      )}
      <button
        aria-disabled={!connected}
        className="button"
        data-testid="interrupt"
        onClick={() => connected && conversation.interrupt()}
        type="button"
      >
        <Icon name="stop" />
        Stop speaking
      </button>
    </div>
  );
}
