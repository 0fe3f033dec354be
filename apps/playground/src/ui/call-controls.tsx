import type { Call } from '../call/use-call.ts';
import { Icon } from './icon.tsx';

/** What can be done during a call. What is of no use now stays reachable, so that focus is not lost when that changes. */
export function CallControls({ call, pushToTalk }: { call: Call; pushToTalk: boolean }) {
  const { conversation, snapshot } = call;
  const typedOnly = call.by !== 'voice';
  const connected = snapshot.status === 'connected';
  return (
    <div className="controls">
      {!pushToTalk && (
        <button
          aria-disabled={typedOnly}
          className={snapshot.muted ? 'button button-warned' : 'button'}
          data-testid="mute"
          onClick={() => typedOnly || conversation.mute(!snapshot.muted)}
          type="button"
        >
          <Icon name={snapshot.muted ? 'mute' : 'call'} />
          {snapshot.muted ? 'Unmute' : 'Mute'}
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
