import type { HistoryItem, ProviderErrorEvent, SessionCommand, SessionConfig } from '@speko/adapter';
import type { Clock } from '../../clock.ts';
import { createScrubber, MIN_SECRET_CHARACTERS, REDACTED } from '../../telemetry/create-scrubber.ts';
import { cutQuotes } from '../../telemetry/cut-quotes.ts';
import { TokenBucket } from '../../token-bucket.ts';

/**
 * What else in a vendor's message is a key: vendors quote wrong ones in part, with stars in them, and tell of tokens that
 * the gateway never had. Too wide for all that is logged.
 */
const QUOTED_KEYS = [/\b(?:sk|ek|sess|rk|pk|xai)[-_][\w*.-]{5,}[\w*]/g, /\b(?:AIza|AQ\.|ya29\.)[\w.-]{5,}[\w-]/g];
/** The fields read of a message. */
const MAX_READ_CHARS = 8192;
/** What is passed on of it, and of a code. */
const MAX_MESSAGE_CHARS = 1000;
const MAX_CODE_CHARS = 100;
/** What the session said is compared with a message up to so many characters in all. */
const MAX_TEXT_CHARS = 262_144;
const MAX_TEXTS = 200;
/** Each message is compared with all the session said, which takes some milliseconds. */
const rate = { perSecond: 1, burst: 10 };
/** The same for all connections of a gateway together, which has one clock. */
const rateOfAll = { perSecond: 20, burst: 100 };
const budgets = new WeakMap<Clock, TokenBucket>();
const TOO_MANY = 'It reports more errors than can be read; the words of this one are left out.';

/**
 * What a vendor says of its errors, as it may be shown and logged: without the credentials it was given, and without
 * the session's own texts, which vendors like to quote. Bounded in length and in the time it takes.
 */
export class VendorWords {
  readonly #config: SessionConfig;
  readonly #credentials: readonly string[];
  readonly #scrub: (text: string) => string;
  readonly #clock: Clock;
  readonly #budget: TokenBucket;
  readonly #budgetOfAll: TokenBucket;
  /** What was typed and what tools returned on this connection, the latest of it. */
  readonly #said: string[] = [];
  #saidChars = 0;

  constructor(options: { config: SessionConfig; credentials: readonly string[]; clock: Clock }) {
    this.#config = options.config;
    this.#credentials = options.credentials.filter(({ length }) => length >= MIN_SECRET_CHARACTERS);
    this.#scrub = createScrubber(this.#credentials, QUOTED_KEYS);
    this.#clock = options.clock;
    this.#budget = new TokenBucket(rate, options.clock.nowMs());
    this.#budgetOfAll = budgets.get(options.clock) ?? new TokenBucket(rateOfAll, options.clock.nowMs());
    budgets.set(options.clock, this.#budgetOfAll);
  }

  /** The vendor is told something it may quote. */
  told(command: SessionCommand): void {
    const text = command.type === 'text-append' ? command.text : command.type === 'tool-result' ? command.output : '';
    if (text === '') return;
    this.#said.push(text);
    this.#saidChars += text.length;
    while (this.#said.length > MAX_TEXTS || this.#saidChars > MAX_TEXT_CHARS)
      this.#saidChars -= this.#said.shift()?.length ?? 0;
  }

  clean(event: ProviderErrorEvent): ProviderErrorEvent {
    const nowMs = this.#clock.nowMs();
    const { providerCode, ...rest } = event;
    const isTooMuch = this.#budget.waitMs(nowMs) > 0 || this.#budgetOfAll.waitMs(nowMs) > 0;
    if (!event.fatal && isTooMuch) return { ...rest, message: TOO_MANY };
    for (const budget of [this.#budget, this.#budgetOfAll]) budget.take(1, nowMs);
    return {
      ...rest,
      message: cut(this.#withoutTexts(event.message), MAX_MESSAGE_CHARS),
      ...(providerCode === undefined ? {} : { providerCode: cut(this.#withoutTexts(providerCode), MAX_CODE_CHARS) }),
    };
  }

  /** Adapters cut what they pass on, and so perhaps a key in two. */
  #withoutHalfKey(text: string): string {
    for (const key of this.#credentials) {
      const from = text.lastIndexOf(key.slice(0, MIN_SECRET_CHARACTERS));
      if (from !== -1 && key.startsWith(text.slice(from))) return text.slice(0, from) + REDACTED;
    }
    return text;
  }

  #withoutTexts(text: string): string {
    // Half a key at the end would not be known for one.
    const read = text.length > MAX_READ_CHARS ? text.slice(0, MAX_READ_CHARS).replace(/\S{1,500}$/, '…') : text;
    const withoutKeys = this.#withoutHalfKey(this.#scrub(read));
    return cutQuotes(withoutKeys, upTo(MAX_TEXT_CHARS, [...this.#said, ...textsOf(this.#config)]));
  }
}

function cut(text: string, maxChars: number): string {
  return text.length > maxChars ? `${text.slice(0, maxChars - 1)}…` : text;
}

function* upTo(maxChars: number, texts: Iterable<string>): Generator<string> {
  let left = maxChars;
  for (const text of texts) {
    if (left <= 0) return;
    yield text.length > left ? text.slice(0, left) : text;
    left -= text.length;
  }
}

/** Everything of a session that its vendor was told when it was dialled, what matters most first. */
function* textsOf({ systemPrompt, firstMessage, tools, continuation }: SessionConfig): Generator<string> {
  if (systemPrompt !== undefined) yield systemPrompt;
  if (firstMessage !== undefined) yield firstMessage;
  for (const { description, parameters } of tools) {
    yield description;
    yield JSON.stringify(parameters);
  }
  for (const item of continuation?.history.toReversed() ?? []) yield textOf(item);
}

function textOf(item: HistoryItem): string {
  switch (item.type) {
    case 'message':
      return item.text;
    case 'tool-call':
      return item.arguments;
    case 'tool-result':
      return item.output;
  }
}
