import type { ProviderInfo } from '@speko/protocol/lean';

import type { Call } from '../call/use-call.ts';
import { DEFAULT_SETTINGS, type Settings } from '../settings/settings.ts';
import { PromptFields } from './prompt-fields.tsx';
import { ProviderFields } from './provider-fields.tsx';
import { SoundSettings, type Pickers } from './sound-settings.tsx';

/** Everything that can be chosen. What a session is minted with is fixed while a call is on. */
export function SetupPanel({ call, settings, change, providers, pickers }: SetupPanelProps) {
  const { status } = call.snapshot;
  const inCall = status !== 'idle' && status !== 'ended';
  return (
    <section aria-labelledby="setup-title" className="card setup">
      <div className="card-head">
        <h2 id="setup-title">Setup</h2>
        {inCall ? (
          <span className="hint">Fixed during a call</span>
        ) : (
          <button
            className="button button-quiet"
            onClick={() => change({ ...DEFAULT_SETTINGS, theme: settings.theme })}
            type="button"
          >
            Reset
          </button>
        )}
      </div>
      <fieldset disabled={inCall}>
        <legend className="visually-hidden">Session</legend>
        <ProviderFields change={change} providers={providers} settings={settings} />
        <PromptFields change={change} settings={settings} />
      </fieldset>
      <fieldset className="setup-sound">
        <legend>Sound</legend>
        <SoundSettings call={call} change={change} pickers={pickers} settings={settings} />
      </fieldset>
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
