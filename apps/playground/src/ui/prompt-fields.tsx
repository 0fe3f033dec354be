import type { Settings, TurnTaking } from '../settings/settings.ts';
import { Field } from './field.tsx';

const TURN_TAKING: Readonly<Record<TurnTaking, string>> = {
  auto: 'Automatic',
  hold: 'Push to talk, hold',
  toggle: 'Push to talk, press twice',
};

/** How the assistant speaks, what it is told, and how turns are taken. */
export function PromptFields({
  settings,
  change,
}: {
  settings: Settings;
  change: (fields: Partial<Settings>) => void;
}) {
  return (
    <>
      <Field label="Voice">
        {(ids) => (
          <input
            {...ids}
            autoComplete="off"
            className="input"
            data-testid="voice"
            onChange={(event) => change({ voice: event.target.value })}
            placeholder="The provider’s default"
            spellCheck={false}
            value={settings.voice}
          />
        )}
      </Field>
      <Field label="Turn detection">
        {(ids) => (
          <select
            {...ids}
            className="input"
            data-testid="turn-detection"
            onChange={(event) => change({ turnTaking: event.target.value as TurnTaking })}
            value={settings.turnTaking}
          >
            {Object.entries(TURN_TAKING).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="System prompt">
        {(ids) => (
          <textarea
            {...ids}
            className="input"
            data-testid="system-prompt"
            onChange={(event) => change({ systemPrompt: event.target.value })}
            placeholder="You are a friendly assistant. Keep answers short."
            rows={3}
            value={settings.systemPrompt}
          />
        )}
      </Field>
      <Field label="First message">
        {(ids) => (
          <input
            {...ids}
            autoComplete="off"
            className="input"
            data-testid="first-message"
            maxLength={2000}
            onChange={(event) => change({ firstMessage: event.target.value })}
            placeholder="Said when the call begins"
            value={settings.firstMessage}
          />
        )}
      </Field>
      <Field label="Temperature">
        {(ids) => (
          <input
            {...ids}
            className="input"
            data-testid="temperature"
            inputMode="decimal"
            max={2}
            min={0}
            onChange={(event) => change({ temperature: event.target.value })}
            placeholder="The provider’s default"
            step={0.1}
            type="number"
            value={settings.temperature}
          />
        )}
      </Field>
      <label className="check">
        <input
          checked={settings.tools}
          data-testid="tools"
          onChange={(event) => change({ tools: event.target.checked })}
          type="checkbox"
        />
        <span>
          Demo tools
          <span className="hint">
            The model may call <code>get_time</code> and <code>set_page_colour</code>, which run in this page.
          </span>
        </span>
      </label>
    </>
  );
}
