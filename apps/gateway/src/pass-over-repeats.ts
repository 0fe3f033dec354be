/** Signals that stop a gateway. */
export const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** npm and the terminal may both deliver the same Ctrl-C: what arrives this soon after the first is the same one. */
const SAME_SIGNAL_MS = 1000;

/** Keeps signals from ending the process until a moment after `stopping` is aborted, or until `over` is. */
export function passOverRepeats(stopping: AbortSignal, over: AbortSignal): void {
  const passOver = (): void => undefined;
  const end = (): void => STOP_SIGNALS.forEach((name) => process.off(name, passOver));
  for (const name of STOP_SIGNALS) process.on(name, passOver);
  stopping.addEventListener('abort', () => setTimeout(end, SAME_SIGNAL_MS).unref(), { once: true });
  over.addEventListener('abort', end, { once: true });
}
