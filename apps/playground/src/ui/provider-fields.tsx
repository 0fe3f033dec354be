import type { ProviderInfo } from '@speko/protocol/lean';
import { useState } from 'react';
import { withProvider } from '../settings/choose-provider.ts';
import type { Settings } from '../settings/settings.ts';
import { Field } from './field.tsx';

const NAMES: Readonly<Record<string, string>> = {
  echo: 'Echo (built in)',
  openai: 'OpenAI',
  google: 'Google',
  xai: 'xAI',
};
const nameOf = (id: string) => NAMES[id] ?? id;
const OTHER = ' other';

/** Whom to call: provider and model. */
export function ProviderFields({ settings, change, providers }: ProviderFieldsProps) {
  const chosen = providers.find(({ id }) => id === settings.provider);
  const models = chosen?.models ?? [];
  const [typing, setTyping] = useState(false);
  const other = typing || !models.includes(settings.model);
  const missing = providers.filter(({ configured, missingSetting }) => !configured && missingSetting !== null);

  return (
    <>
      <Field
        hint={
          missing.length > 0 && (
            <>
              To use {listWords(missing.map(({ id }) => nameOf(id)))}, set{' '}
              {missing.map(({ id, missingSetting }, index) => (
                <span key={id}>
                  {index > 0 && (index === missing.length - 1 ? ' and ' : ', ')}
                  <code>{missingSetting}</code>
                </span>
              ))}{' '}
              and start the gateway again.
            </>
          )
        }
        label="Provider"
        name="provider"
      >
        {(ids) => (
          <select
            {...ids}
            className="input"
            data-testid="provider"
            onChange={(event) => {
              const provider = providers.find(({ id }) => id === event.target.value);
              if (!provider) return;
              setTyping(false);
              change(withProvider(settings, provider));
            }}
            value={settings.provider}
          >
            {!chosen && <option value={settings.provider}>{nameOf(settings.provider)}</option>}
            {providers.map(({ id, configured, missingSetting }) => (
              <option disabled={!configured} key={id} value={id}>
                {configured ? nameOf(id) : `${nameOf(id)}: set ${missingSetting}`}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Model">
        {(ids) => (
          <select
            {...ids}
            className="input"
            data-testid="model"
            onChange={(event) => {
              setTyping(event.target.value === OTHER);
              if (event.target.value !== OTHER) change({ model: event.target.value });
            }}
            value={other ? OTHER : settings.model}
          >
            {models.map((model) => (
              <option key={model}>{model}</option>
            ))}
            <option value={OTHER}>Another one…</option>
          </select>
        )}
      </Field>
      {other && (
        <Field label="Model id" name="model-id">
          {(ids) => (
            <input
              {...ids}
              autoComplete="off"
              className="input"
              onChange={(event) => change({ model: event.target.value })}
              spellCheck={false}
              value={settings.model}
            />
          )}
        </Field>
      )}
    </>
  );
}

function listWords(words: readonly string[]): string {
  return new Intl.ListFormat('en').format(words);
}

interface ProviderFieldsProps {
  settings: Settings;
  change: (fields: Partial<Settings>) => void;
  providers: readonly ProviderInfo[];
}
