import { vi } from 'vitest';

/** The few globals of a page that a conversation listens to. */
export class FakePage {
  readonly #window = new EventTarget();
  readonly #document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  readonly #navigator = { onLine: true, userActivation: { hasBeenActive: true } };
  listeners = 0;

  constructor() {
    for (const target of [this.#window, this.#document]) this.#count(target);
    vi.stubGlobal('document', this.#document);
    vi.stubGlobal('navigator', this.#navigator);
    vi.stubGlobal('addEventListener', this.#window.addEventListener.bind(this.#window));
  }

  set isClicked(hasBeenActive: boolean) {
    this.#navigator.userActivation.hasBeenActive = hasBeenActive;
  }

  fire(name: 'online' | 'offline' | 'pagehide'): void {
    if (name !== 'pagehide') this.#navigator.onLine = name === 'online';
    this.#window.dispatchEvent(new Event(name));
  }

  show(visibilityState: 'visible' | 'hidden'): void {
    this.#document.visibilityState = visibilityState;
    this.#document.dispatchEvent(new Event('visibilitychange'));
  }

  #count(target: EventTarget): void {
    const add = target.addEventListener.bind(target);
    target.addEventListener = (type: string, listener: EventListener, options: AddEventListenerOptions) => {
      add(type, listener, options);
      this.listeners += 1;
      options.signal?.addEventListener('abort', () => (this.listeners -= 1));
    };
  }
}
