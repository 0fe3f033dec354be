import { useLevel } from '../call/use-level.ts';

/** How loud one side is. Decoration: who speaks is also said in words. */
export function LevelMeter({ label, read, side }: { label: string; read: () => number; side: 'user' | 'assistant' }) {
  const bar = useLevel<HTMLDivElement>(read);
  return (
    <div aria-hidden="true" className="meter" data-side={side}>
      <span className="meter-label">{label}</span>
      <div className="meter-track">
        <div className="meter-bar" ref={bar} />
      </div>
    </div>
  );
}
