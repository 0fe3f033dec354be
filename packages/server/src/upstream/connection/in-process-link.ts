import type { InProcessAdapter, ProviderEngine, SessionCommand, SessionConfig, SessionEvent } from '@speko/adapter';
import type { Clock } from '../../clock.ts';
import { WakeTimer } from '../../wake-timer.ts';
import type { CommandResult, LinkListener, ProviderLink } from './provider-link.ts';
import { VendorWords } from './vendor-words.ts';

/** A provider that runs inside this process: its engine is stepped here, and given its timers. */
export function createInProcessLink<Options>(
  adapter: InProcessAdapter<Options>,
  config: SessionConfig,
  options: Options,
  clock: Clock,
  listener: LinkListener,
): ProviderLink {
  const audio = adapter.audio(config, options);
  const engine: ProviderEngine = adapter.createEngine(config, options);
  const words = new VendorWords({ config, credentials: [], clock });
  let isPaused = false;
  let isClosed = false;
  /** What commands caused, until the call that gave them is over. */
  let answers: SessionEvent[] = [];
  const timer = new WakeTimer(clock, () => {
    if (isClosed || isPaused) return;
    try {
      settle(isDue(engine, clock) ? engine.wake(clock.nowMs()) : []);
    } catch (error) {
      // Engines promise never to throw: one that does costs its own session, and no other.
      fault(error);
    }
  });

  function emit(event: SessionEvent): void {
    if (!isClosed) listener.event(event.type === 'provider-error' ? words.clean(event) : event);
  }

  function fault(error: unknown): void {
    if (!isClosed) listener.fault(error);
  }

  function settle(events: readonly SessionEvent[]): void {
    if (answers.length > 0) deliverAnswers();
    for (const event of events) emit(event);
    if (!isClosed && !isPaused) timer.sync(engine.wakeAtMs);
  }

  function deliverAnswers(): void {
    const events = answers;
    answers = [];
    try {
      for (const event of events) emit(event);
    } catch (error) {
      fault(error);
    }
  }

  return {
    audio,
    bufferedBytes: 0,
    failed: undefined,
    start: () => settle(engine.start(clock.nowMs())),
    appendAudio: (pcm) => settle(engine.appendAudio(pcm, clock.nowMs())),
    send(command: SessionCommand): CommandResult {
      words.told(command);
      const output = engine.handle(command, clock.nowMs());
      if (output.type === 'unsupported') return output;
      // No distant provider answers in the middle of a call, and callers rely on that.
      if (answers.length === 0 && output.events.length > 0) queueMicrotask(deliverAnswers);
      answers.push(...output.events);
      if (!isClosed && !isPaused) timer.sync(engine.wakeAtMs);
      return { type: 'ok' };
    },
    pause() {
      isPaused = true;
      timer.stop();
    },
    resume() {
      isPaused = false;
      settle([]);
    },
    close() {
      isClosed = true;
      timer.stop();
    },
  };
}

function isDue(engine: ProviderEngine, clock: Clock): boolean {
  return engine.wakeAtMs !== undefined && engine.wakeAtMs <= clock.nowMs();
}
