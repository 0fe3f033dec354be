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
  // On a small screen whom to call comes first, then the call; the rest is of use to few, and would push the call away.
  const [open, setOpen] = useState(() => matchMedia('(min-width: 901px)').matches);
  return (
    <section aria-labelledby="setup-title" className="card setup" data-testid="setup">
      <div className="card-head">
        <h2 id="setup-title">Setup</h2>
        {inCall && <span className="hint">Fixed during a call</span>}
      </div>
      <fieldset className="setup-provider" disabled={inCall}>
        <legend className="visually-hidden">Provider and model</legend>
        <ProviderFields change={change} providers={providers} settings={settings} />
      </fieldset>
      <details
        className="setup-more"
        data-testid="setup-more"
        onToggle={(event) => setOpen(event.currentTarget.open)}
        open={open}
        ref={pickers.setup}
      >
        <summary>More settings</summary>
        <div className="setup-fields">
          <fieldset disabled={inCall}>
            <legend className="visually-hidden">Session</legend>
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
    </section>
  );
}

interface SetupPanelProps {
  call: Call;
  settings: Settings;
  change: (fields: Partial<Settings>) => void;
  providers: readonly ProviderInfo[];
  pickers: Pickers;
}
