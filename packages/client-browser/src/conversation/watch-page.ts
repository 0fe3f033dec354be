/** Controls of a conversation for the page. */
export interface PageHandlers {
  readonly onOffline: () => void;
  /** The network came back, or the page is looked at again. */
  readonly onReturn: () => void;
  /** The page is left. */
  readonly onLeave: () => void;
}

/** Listens to the page until the signal aborts. Where there is no page it does nothing. */
export function watchPage(signal: AbortSignal, { onOffline, onReturn, onLeave }: PageHandlers): void {
  if (typeof document === 'undefined') return;
  const options = { signal };
  addEventListener('offline', onOffline, options);
  addEventListener('online', onReturn, options);
  addEventListener('pagehide', onLeave, options);
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible' && navigator.onLine) onReturn();
    },
    options,
  );
}
