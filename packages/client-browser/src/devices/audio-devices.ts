/** A microphone or a loudspeaker. */
export interface AudioDevice {
  /** For `deviceId` options and `setDevice`. Another one after the user cleared the site's data. */
  readonly deviceId: string;
  readonly kind: 'input' | 'output';
  /** The system's name for it; empty until the user has allowed the microphone. */
  readonly label: string;
  /** Equal for the microphone and the loudspeaker of one headset. */
  readonly groupId: string;
}

/** A headset that is plugged in makes several events within this time. */
const SETTLE_MS = 300;

/**
 * The microphones and loudspeakers that the page may use. Before the user has allowed the microphone, browsers tell
 * nothing: the list is empty. Browsers in which a page cannot choose the loudspeaker list no outputs.
 */
export async function listDevices(): Promise<AudioDevice[]> {
  const devices = (await mediaDevices()?.enumerateDevices()) ?? [];
  return devices.flatMap(({ kind, deviceId, label, groupId }) =>
    kind === 'videoinput' || deviceId === ''
      ? []
      : [{ deviceId, kind: kind === 'audioinput' ? 'input' : 'output', label, groupId }],
  );
}

/**
 * Calls the listener with the new list whenever devices come or go.
 *
 * @returns Ends the watch.
 */
export function watchDevices(listener: (devices: AudioDevice[]) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const devices = mediaDevices();
  const onChange = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void listDevices().then((list) => isOver || listener(list)), SETTLE_MS);
  };
  devices?.addEventListener('devicechange', onChange);
  return () => {
    isOver = true;
    clearTimeout(timer);
    devices?.removeEventListener('devicechange', onChange);
  };
}

/** Absent on pages that are not secure, and outside browsers. */
function mediaDevices(): MediaDevices | undefined {
  return globalThis.navigator?.mediaDevices;
}
