import { listDevices, watchDevices, type AudioDevice } from '@speko/client-browser';
import { useEffect, useState } from 'react';

/** The devices to choose from. Browsers name them once the microphone is allowed, so `live` is a reason to look again. */
export function useDevices(live: boolean): readonly AudioDevice[] {
  const [devices, setDevices] = useState<readonly AudioDevice[]>([]);
  useEffect(() => {
    let isOver = false;
    const show = (list: readonly AudioDevice[]) => isOver || setDevices(list);
    // A browser that lists nothing leaves the system's default to choose.
    listDevices().then(show, () => {});
    const stop = watchDevices(show);
    return () => {
      isOver = true;
      stop();
    };
  }, [live]);
  return devices;
}
