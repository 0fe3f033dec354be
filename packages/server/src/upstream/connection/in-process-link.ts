import type { InProcessAdapter, ProviderEngine, SessionCommand, SessionConfig, SessionEvent } from '@speko/adapter';
import type { Clock } from '../../clock.ts';
import { EventOutlet } from '../event-outlet.ts';
import { PauseReasons } from './pause-reasons.ts';
import type { CommandResult, ProviderLink } from './provider-link.ts';
import { WakeTimer } from '../../wake-timer.ts';

/** A provider that runs inside this process: its engine is stepped here, and given its timers. */
export function createInProcessLink<Options>(
  adapter: InProcessAdapter<Options>,
  config: SessionConfig,
  options: Options,
  clock: Clock,
): ProviderLink {
  const audio = adapter.audio(config, options);
  const engine: ProviderEngine = adapter.createEngine(config, options);
  const outlet = new EventOutlet((isFull) => pause.set('nobody-listens', isFull));
  const pause = new PauseReasons<'client-congested' | 'nobody-listens'>((isPaused) => {
    if (isPaused) timer.stop();
    else settle([]);
  });
  let closed = false;
  /** What commands caused, until the call that gave them is over. */
  let answers: SessionEvent[] = [];
  const timer = new WakeTimer(clock, () => {
    if (closed || pause.isPaused) return;
    try {
      settle(isDue(engine, clock) ? engine.wake(clock.nowMs()) : []);
    } catch (error) {
      // Engines promise never to throw: one that does costs its own session, and no other.
      outlet.fault(error);
    }
  });

  function settle(events: readonly SessionEvent[]): void {
    if (answers.length > 0) deliverAnswers();
    for (const event of events) outlet.emit(event);
    if (!closed && !pause.isPaused) timer.sync(engine.wakeAtMs);
  }

  function deliverAnswers(): void {
    const events = answers;
    answers = [];
    try {
      for (const event of events) outlet.emit(event);
    } catch (error) {
      outlet.fault(error);
    }
  }

  return {
    audio,
    bufferedBytes: 0,
    failed: undefined,
    start: () => settle(engine.start(clock.nowMs())),
    listen: (listener) => outlet.listen(listener),
    appendAudio: (pcm) => settle(engine.appendAudio(pcm, clock.nowMs())),
    send(command: SessionCommand): CommandResult {
      const output = engine.handle(command, clock.nowMs());
      if (output.type === 'unsupported') return output;
      // No distant provider answers in the middle of a call, and whoever gives commands relies on that.
      if (answers.length === 0 && output.events.length > 0) queueMicrotask(deliverAnswers);
      answers.push(...output.events);
      if (!closed && !pause.isPaused) timer.sync(engine.wakeAtMs);
      return { type: 'ok' };
    },
    pause: () => pause.set('client-congested', true),
    resume: () => pause.set('client-congested', false),
    close() {
      closed = true;
      timer.stop();
      outlet.close();
    },
  };
}

function isDue(engine: ProviderEngine, clock: Clock): boolean {
  return engine.wakeAtMs !== undefined && engine.wakeAtMs <= clock.nowMs();
}
