import type { Call } from '../call/use-call.ts';
import type { Settings } from '../settings/settings.ts';

/** Who is called, and which settings are of no use there. */
export function ReadyLine({ call, settings }: { call: Call; settings: Settings }) {
  const { ready, status } = call.snapshot;
  const provider = (status === 'idle' ? undefined : ready?.provider) ?? settings.provider;
  const model = (status === 'idle' ? undefined : ready?.model) ?? settings.model;
  const ignored = (ready?.ignored ?? []).map((path) => path.replace('s2s.', ''));
  return (
    <p className="ready-line">
      {provider} · {model}
      {ignored.length > 0 && <span className="hint">Not used by this provider: {ignored.join(', ')}</span>}
    </p>
  );
}
