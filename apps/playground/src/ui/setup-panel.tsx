import type { ProviderInfo } from '@speko/protocol/lean';
import { useState } from 'react';

import type { Call } from '../call/use-call.ts';
import { DEFAULT_SETTINGS, type Settings } from '../settings/settings.ts';
import { PromptFields } from './prompt-fields.tsx';
import { ProviderFields } from './provider-fields.tsx';
import { SoundSettings, type Pickers } from './sound-settings.tsx';

/** Everything that can be chosen. What a session is minted with is fixed while a call is on. */
export function SetupPanel({ call, settings, change, providers, pickers }: SetupPanelProps) {
  const { status } = call.snapshot;
  const inCall = status !== 'idle' && status !== 'ended';
  // On a small screen the call comes first, and what follows it should not be far.
  const [open, setOpen] = useState(() => matchMedia('(min-width: 901px)').matches);
  return (
    <details
      className="card setup"
      data-testid="setup"
      onToggle={(event) => setOpen(event.currentTarget.open)}
      open={open}
      ref={pickers.setup}
    >
      <summary className="card-head">
        <h2>Setup</h2>
        {inCall && <span className="hint">Fixed during a call</span>}
      </summary>
      <div className="setup-fields">
        <fieldset disabled={inCall}>
          <legend className="visually-hidden">Session</legend>
          <ProviderFields change={change} providers={providers} settings={settings} />
          <PromptFields change={change} settings={settings} />
        </fieldset>
        <fieldset className="setup-sound">
          <legend>Sound</legend>
          <SoundSettings call={call} change={change} pickers={pickers} settings={settings} />
        </fieldset>
        <button
          aria-disabled={inCall}
          className="button"
          onClick={() => inCall || change({ ...DEFAULT_SETTINGS, theme: settings.theme })}
          type="button"
        >
          Reset to defaults
        </button>
      </div>
    </details>
  );
}

interface SetupPanelProps {
  call: Call;
  settings: Settings;
  change: (fields: Partial<Settings>) => void;
  providers: readonly ProviderInfo[];
  pickers: Pickers;
}
