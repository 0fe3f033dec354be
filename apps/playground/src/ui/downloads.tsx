import { saveFile } from '../call/save-file.ts';
import type { Call } from '../call/use-call.ts';
import { toFramesFile } from '../journal/to-frames-file.ts';
import { Icon } from './icon.tsx';

/** Takes the call home: its sound, and its frames. */
export function Downloads({ call }: { call: Call }) {
  const { journal, view, snapshot } = call;
  const name = `speko-${snapshot.sessionId ?? 'call'}`;
  const silent = !view.entries.some(({ audio }) => audio);
  const empty = view.entries.length === 0;
  return (
    <div className="downloads">
      <button
        aria-disabled={silent}
        className="button"
        data-testid="download-recording"
        onClick={() => silent || saveFile(`${name}.wav`, 'audio/wav', journal.toWav())}
        type="button"
      >
        <Icon name="download" />
        Recording (WAV)
      </button>
      <button
        aria-disabled={empty}
        className="button"
        data-testid="download-frames"
        onClick={() => empty || saveFile(`${name}.json`, 'application/json', toFramesFile(view, snapshot.sessionId))}
        type="button"
      >
        <Icon name="download" />
        Frames (JSON)
      </button>
      {journal.recordingIsFull() && <span className="hint">The recording holds the first 30 minutes.</span>}
    </div>
  );
}
