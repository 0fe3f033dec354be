import type { Dialect } from './dialect.ts';
import type { Flood } from './manners.ts';

/** 20 ms of a tone at 24 kHz. */
const AUDIO = Buffer.from(Int16Array.from({ length: 480 }, (_, index) => 4000 * Math.sin(index / 10)).buffer).toString(
  'base64',
);
const WORDS = 'word after word '.repeat(64);
/** Under the smallest limit that an adapter sets for one message of its vendor. */
const HUGE_CHARS = 12 * 1024 * 1024;

/** What a flooding vendor says next; `count` is how often it has spoken already. */
export function floodMessages(dialect: Dialect, flood: Flood, count: number): readonly string[] {
  const start = count === 0 ? dialect.responseStart('resp_1') : [];
  switch (flood) {
    case 'audio':
      return [...start, dialect.audio('resp_1', AUDIO)];
    case 'assistant-words':
      return [...start, dialect.assistantWords('resp_1', 'word ')];
    case 'long-words':
    case 'steady-words':
      return [...start, dialect.assistantWords('resp_1', WORDS)];
    case 'user-words':
      return [...(count === 0 ? [dialect.speech('item_u', true)] : []), dialect.userWords('item_u', WORDS)];
    case 'tool-calls':
      return [...start, ...dialect.toolCall('resp_1', `call_${count}`)];
    case 'speech':
      return [dialect.speech(`item_${count}`, true), dialect.speech(`item_${count}`, false)];
    case 'unended-responses':
      return [...dialect.responseStart(`resp_${count}`), dialect.assistantWords(`resp_${count}`, 'hm ')];
    case 'empty-responses':
      return [...dialect.responseStart(`resp_${count}`), ...dialect.responseEnd(`resp_${count}`)];
    case 'usage':
      return dialect.usage(`resp_${count}`);
    case 'errors':
      return [dialect.error(`Something is odd: ${count}`)];
    case 'unknown':
      return [dialect.unknown('x'.repeat(1000))];
    case 'tiny':
      return ['{}'];
    case 'huge':
      return [dialect.unknown('x'.repeat(HUGE_CHARS))];
  }
}
