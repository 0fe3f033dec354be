import type { Conversation } from '@speko/client-browser';
import { useRef } from 'react';
import { useLevelVariable } from '../call/use-level-variable.ts';

const LABELS = { input: 'You', output: 'Assistant' } as const;

/** How loud one side is. Decoration: who speaks is also said in words. */
export function LevelMeter({ conversation, side, muted = false }: LevelMeterProps) {
  const bar = useRef<HTMLDivElement>(null);
  useLevelVariable(bar, '--level', conversation, side);
  return (
    <div aria-hidden="true" className="meter" data-muted={muted} data-side={side} data-testid={`level-${side}`}>
      <span className="meter-label">{muted ? `${LABELS[side]}, muted` : LABELS[side]}</span>
      <div className="meter-track">
        <div className="meter-bar" ref={bar} />
      </div>
    </div>
  );
}

interface LevelMeterProps {
  conversation: Conversation;
  side: 'input' | 'output';
  /** Whether what is measured goes nowhere. */
  muted?: boolean;
}
