import type { EntryFilter } from '../journal/filter-entries.ts';
import { Icon } from './icon.tsx';

const DIRECTIONS = { both: 'Both ways', received: 'Received', sent: 'Sent' } as const;

/** Chooses which frames are shown. */
export function FrameFilters({ filter, kinds, onChange, paused, onPause }: FrameFiltersProps) {
  const toggle = (kind: string) => {
    const hiddenKinds = new Set(filter.hiddenKinds);
    if (!hiddenKinds.delete(kind)) hiddenKinds.add(kind);
    onChange({ ...filter, hiddenKinds });
  };
  return (
    <div className="filters">
      <input
        aria-label="Search frames"
        className="input"
        data-testid="frame-search"
        onChange={(event) => onChange({ ...filter, search: event.target.value })}
        placeholder="Search"
        type="search"
        value={filter.search}
      />
      <select
        aria-label="Direction"
        className="input"
        data-testid="frame-direction"
        onChange={(event) => onChange({ ...filter, direction: event.target.value as EntryFilter['direction'] })}
        value={filter.direction}
      >
        {Object.entries(DIRECTIONS).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <button aria-pressed={paused} className="button" data-testid="frame-pause" onClick={onPause} type="button">
        <Icon name="pause" />
        Pause
      </button>
      {kinds.length > 0 && (
        <div aria-label="Kinds of frames" className="kinds" role="group">
          {kinds.map((kind) => (
            <button
              aria-pressed={!filter.hiddenKinds.has(kind)}
              className="chip"
              key={kind}
              onClick={() => toggle(kind)}
              type="button"
            >
              {kind}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

interface FrameFiltersProps {
  filter: EntryFilter;
  kinds: readonly string[];
  onChange: (filter: EntryFilter) => void;
  paused: boolean;
  onPause: () => void;
}
