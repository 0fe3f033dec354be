import type { AudioDevice } from '@speko/client-browser';
import type { Ref } from 'react';
import { Field } from './field.tsx';

/** Chooses a microphone or a loudspeaker. */
export function DevicePicker({ label, devices, value, onChange, extra, picker, testId }: DevicePickerProps) {
  // Chromium lists the default device twice: by itself, and as whatever is the default.
  const named = devices.filter(({ deviceId, label: name }) => deviceId !== 'default' && name !== '');
  const gone = value !== '' && value !== extra?.value && !named.some(({ deviceId }) => deviceId === value);
  return (
    <Field label={label}>
      {(ids) => (
        <select
          {...ids}
          className="input"
          data-testid={testId}
          onChange={(event) => onChange(event.target.value)}
          ref={picker}
          value={value}
        >
          <option value="">System default</option>
          {named.map(({ deviceId, label: name }) => (
            <option key={deviceId} value={deviceId}>
              {name}
            </option>
          ))}
          {gone && (
            <option value={value}>{named.length > 0 ? 'Chosen earlier, not connected' : 'Chosen earlier'}</option>
          )}
          {extra && (
            <option disabled={extra.disabled} value={extra.value}>
              {extra.label}
            </option>
          )}
        </select>
      )}
    </Field>
  );
}

interface DevicePickerProps {
  label: string;
  devices: readonly AudioDevice[];
  value: string;
  onChange: (deviceId: string) => void;
  /** A further choice at the end. */
  extra?: { value: string; label: string; disabled: boolean };
  picker?: Ref<HTMLSelectElement>;
  testId: string;
}
