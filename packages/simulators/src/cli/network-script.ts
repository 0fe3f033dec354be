import type { NetworkFaults } from '@speko/simulator-kit/host';

/** Longest delay that a script may ask for: a timer of the runtime holds no more. */
const MAX_DELAY_MS = 2 ** 31 - 1;
const MAX_STEPS = 1000;

interface Word {
  /** For people: what the number means and what the word does. */
  readonly help: string;
  /** Absent for a word without a number. */
  readonly range?: readonly [min: number, max: number];
  readonly faults: (value: number) => NetworkFaults;
}

/** The words of a script; those with a range take a number after a colon. */
export const NETWORK_WORDS: Readonly<Record<string, Word>> = {
  ok: { help: 'nothing goes wrong', faults: () => ({}) },
  refuse: {
    help: 'the upgrade is refused with this HTTP status',
    range: [400, 599],
    faults: (status) => ({ refuse: { status } }),
  },
  'never-answer': { help: 'the upgrade is never answered', faults: () => ({ neverAnswer: true }) },
  'connect-delay': {
    help: 'the upgrade is answered so many milliseconds later',
    range: [0, MAX_DELAY_MS],
    faults: (connectDelayMs) => ({ connectDelayMs }),
  },
  'frame-delay': {
    help: 'every message takes so many milliseconds longer, each way',
    range: [0, MAX_DELAY_MS],
    faults: (frameDelayMs) => ({ frameDelayMs }),
  },
  'drop-after': {
    help: 'the TCP connection is cut after so many messages of the vendor',
    range: [1, Number.MAX_SAFE_INTEGER],
    faults: (dropAfterFrames) => ({ dropAfterFrames }),
  },
  'stall-after': {
    help: 'half-open after so many messages of the vendor: the socket stays up, nothing comes',
    range: [0, Number.MAX_SAFE_INTEGER],
    faults: (stallAfterFrames) => ({ stallAfterFrames }),
  },
};

/**
 * Reads what the network does to each connection in turn: steps separated by commas, words of one step joined by `+`,
 * such as `refuse:503,frame-delay:80+drop-after:20,ok`. The last step repeats.
 *
 * @returns the faults of the connection with this number, from 0
 * @throws Error saying which word cannot be read, and what can
 */
export function parseNetworkScript(text: string): (attempt: number) => NetworkFaults {
  const steps = text.split(',', MAX_STEPS + 1).map(parseStep);
  if (steps.length > MAX_STEPS) throw new Error(`A script has at most ${MAX_STEPS} steps.`);
  return (attempt) => steps[Math.min(attempt, steps.length - 1)] ?? {};
}

function parseStep(text: string): NetworkFaults {
  return Object.assign({}, ...text.split('+').map((word) => parseWord(word.trim())));
}

function parseWord(text: string): NetworkFaults {
  const [name = '', number, ...more] = text.split(':');
  const word = Object.hasOwn(NETWORK_WORDS, name) ? NETWORK_WORDS[name] : undefined;
  if (word === undefined) {
    throw new Error(`"${text}" is no word of a network script. Known: ${Object.keys(NETWORK_WORDS).join(', ')}.`);
  }
  if (word.range === undefined) {
    if (number !== undefined) throw new Error(`"${name}" takes no number.`);
    return word.faults(0);
  }
  const [min, max] = word.range;
  const value = Number(number);
  if (more.length > 0 || !/^\d+$/.test(number ?? '') || value < min || value > max) {
    const limits = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
    throw new Error(`"${name}" takes a whole number ${limits}, such as ${name}:${Math.max(min, 20)}: ${word.help}.`);
  }
  return word.faults(value);
}
