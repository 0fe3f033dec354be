import { z } from 'zod';

// Messages of version 2 of Brook's realtime protocol, loosely: only the fields that are read. Every message also has a
// number, `n`, which the socket's own order makes needless here.

const word = z.string().min(1);
const count = z.number().min(0);
/** Lines of the user and replies are numbered by the vendor. */
const number = z.int().min(0);

const begunSchema = z.looseObject({ op: z.literal('begun') });
const closingSchema = z.looseObject({ op: z.literal('closing'), in: count });
const drumSchema = z.looseObject({ op: z.literal('drum') });

const earSchema = z.looseObject({ op: z.literal('ear'), is: z.enum(['open', 'shut']), line: number });
const heardSchema = z.looseObject({ op: z.literal('heard'), line: number, words: z.string(), sure: z.boolean() });

const tokensSchema = z.looseObject({ in: count, out: count, in_audio: count, out_audio: count });
const replySchema = z.looseObject({
  op: z.literal('reply'),
  reply: number,
  state: z.enum(['start', 'done', 'cut']),
  tokens: tokensSchema.optional(),
});
const wordsSchema = z.looseObject({ op: z.literal('words'), reply: number, add: z.string() });
const skillSchema = z.looseObject({
  op: z.literal('skill'),
  ask: word,
  name: word,
  args: z.unknown(),
});

const faultSchema = z.looseObject({ op: z.literal('fault'), what: word, why: z.string(), stop: z.boolean() });

/** The messages of the vendor that mean something here; every other one is reported as `provider-raw`. */
export const serverMessageSchema = z.discriminatedUnion('op', [
  begunSchema,
  closingSchema,
  drumSchema,
  earSchema,
  heardSchema,
  replySchema,
  wordsSchema,
  skillSchema,
  faultSchema,
]);

/** One of the vendor's messages, parsed. */
export type BrookServerMessage = z.output<typeof serverMessageSchema>;
/** Token counts of one reply; the audio counts are part of the whole ones. */
export type BrookTokens = z.output<typeof tokensSchema>;
/** A failure in the vendor's words; with `stop` the call is over. */
export type BrookFault = z.output<typeof faultSchema>;

/** The voices there are; the first one is used where the session names none. */
export const VOICES = ['reed', 'stone', 'moss'] as const;

/** First byte of a binary frame: audio of the user. */
export const USER_AUDIO = 1;
/** First byte of a binary frame: audio of the assistant. */
export const ASSISTANT_AUDIO = 2;

/** A binary frame of PCM16: the byte that says whose it is, then a copy of the audio. */
export function audioFrame(kind: number, pcm: Uint8Array): Uint8Array {
  const frame = new Uint8Array(pcm.byteLength + 1);
  frame[0] = kind;
  frame.set(pcm, 1);
  return frame;
}

/** The audio of a frame of this kind, in memory of its own; `undefined` for every other frame. */
export function readAudioFrame(kind: number, frame: string | Uint8Array): Uint8Array | undefined {
  return typeof frame !== 'string' && frame[0] === kind ? frame.slice(1) : undefined;
}
