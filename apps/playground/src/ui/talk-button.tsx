import { useRef } from 'react';
import type { Call } from '../call/use-call.ts';
import { useLevelVariable } from '../call/use-level-variable.ts';
import { Icon } from './icon.tsx';

const WORDS = {
  idle: 'Start call',
  connecting: 'Cancel',
  connected: 'End call',
  reconnecting: 'End call',
  ended: 'Start call',
} as const;

/** Starts and ends the call; it stays the same button, so that focus stays on it. */
export function TalkButton({ call, disabled }: { call: Call; disabled: boolean }) {
  const { conversation, snapshot } = call;
  const halo = useRef<HTMLDivElement>(null);
  useLevelVariable(halo, '--input', conversation, 'input');
  useLevelVariable(halo, '--output', conversation, 'output');
  const begins = snapshot.status === 'idle' || snapshot.status === 'ended';
  return (
    <div className="talk" data-mode={snapshot.mode} data-status={snapshot.status} ref={halo}>
      <span aria-hidden="true" className="talk-halo" />
      <button
        className="talk-button"
        data-testid="talk"
        disabled={disabled && begins}
        onClick={() => (begins ? call.start() : void conversation.end())}
        type="button"
      >
        <Icon name={begins ? 'call' : 'end'} size={40} />
        {WORDS[snapshot.status]}
      </button>
    </div>
  );
}
