import type { TranscriptTurn } from '@speko/client-browser';
import { formatDuration } from '../call/format.ts';

const SPEAKERS = { user: 'You', assistant: 'Assistant' } as const;

/** One turn. While it grows it is hidden from screen readers, which would stutter. */
export function TurnCaption({ turn, waitMs }: { turn: TranscriptTurn; waitMs: number | undefined }) {
  const { role, text, final, interrupted, incomplete } = turn;
  if (final && text === '' && !interrupted && incomplete === undefined) return null;
  return (
    <article
      aria-hidden={final ? undefined : true}
      className="caption"
      data-final={final}
      data-interrupted={interrupted}
      data-role={role}
      data-testid={`caption-${role}`}
    >
      <span className="caption-speaker">
        {SPEAKERS[role]}
        {waitMs !== undefined && (
          <span aria-hidden="true" className="caption-wait" title="From the end of your turn to the first sound">
            {formatDuration(waitMs)}
          </span>
        )}
      </span>
      <p className="caption-text">
        {text}
        {interrupted && <span className="badge">interrupted</span>}
        {incomplete !== undefined && <span className="badge">broken off: {incomplete}</span>}
      </p>
    </article>
  );
}
