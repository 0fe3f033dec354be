import { useRef, type RefObject } from 'react';
import type { Call } from '../call/use-call.ts';
import { useDevices } from '../call/use-devices.ts';
import type { Settings } from '../settings/settings.ts';
import { DevicePicker } from './device-picker.tsx';
import { Field } from './field.tsx';

/** Devices and volume. They may change in the middle of a call. */
export function SoundSettings({ call, settings, change, pickers }: SoundSettingsProps) {
  const { conversation, snapshot } = call;
  const live = snapshot.status === 'connected';
  const devices = useDevices(live);
  const choose = (kind: 'microphone' | 'speaker', deviceId: string) => {
    change({ [kind]: deviceId });
    if (!live) return;
    const setDevice = kind === 'microphone' ? conversation.setInputDevice : conversation.setOutputDevice;
    // A device that cannot be used is a problem of the snapshot, and shown from there.
    setDevice(deviceId).catch(() => {});
  };
  const outputs = devices.filter(({ kind }) => kind === 'output');
  return (
    <>
      <DevicePicker
        devices={devices.filter(({ kind }) => kind === 'input')}
        extra={{ value: 'none', label: 'None, type only', disabled: live }}
        label="Microphone"
        onChange={(deviceId) => choose('microphone', deviceId)}
        picker={pickers.microphone}
        testId="microphone"
        value={settings.microphone}
      />
      <DevicePicker
        devices={outputs}
        label="Loudspeaker"
        onChange={(deviceId) => choose('speaker', deviceId)}
        picker={pickers.speaker}
        testId="speaker"
        value={settings.speaker}
      />
      <Field label="Volume">
        {(ids) => (
          <input
            {...ids}
            className="range"
            data-testid="volume"
            max={100}
            min={0}
            onChange={(event) => change({ volume: event.target.valueAsNumber / 100 })}
            type="range"
            value={Math.round(settings.volume * 100)}
          />
        )}
      </Field>
    </>
  );
}

/** Where an error's “Choose another …” leads: into the panel, which has to be open, and to one of its pickers. */
export interface Pickers {
  readonly setup: RefObject<HTMLDetailsElement | null>;
  readonly microphone: RefObject<HTMLSelectElement | null>;
  readonly speaker: RefObject<HTMLSelectElement | null>;
}

export function usePickers(): Pickers {
  return { setup: useRef(null), microphone: useRef(null), speaker: useRef(null) };
}

interface SoundSettingsProps {
  call: Call;
  settings: Settings;
  change: (fields: Partial<Settings>) => void;
  pickers: Pickers;
}
