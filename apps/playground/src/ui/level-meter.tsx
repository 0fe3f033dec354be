import type { Conversation } from '@speko/client-browser';
import { useRef } from 'react';

import { useLevelVariable } from '../call/use-level-variable.ts';

const LABELS = { input: 'You', output: 'Assistant' } as const;

/** How loud one side is. Decoration: who speaks is also said in words. */
export function LevelMeter({ conversation, side }: { conversation: Conversation; side: 'input' | 'output' }) {
  const bar = useRef<HTMLDivElement>(null);
  useLevelVariable(bar, '--level', conversation, side);
  return (
    <div aria-hidden="true" className="meter" data-side={side} data-testid={`level-${side}`}>
      <span className="meter-label">{LABELS[side]}</span>
      <div className="meter-track">
        <div className="meter-bar" ref={bar} />
      </div>
    </div>
  );
}
