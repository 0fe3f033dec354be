import { z } from 'zod';

// Step 4: the vendor's messages, loosely: only the fields that are read. Ids are never empty, counts never negative, and a
// field that an older server may leave out is optional. Put the link to the vendor's page here.

const readySchema = z.looseObject({ type: z.literal('ready'), model: z.string().min(1).optional() });

const errorSchema = z.looseObject({ type: z.literal('error'), code: z.string(), message: z.string() });

/** The messages of the vendor that mean something here; every other one is reported as `provider-raw`. */
export const serverMessageSchema = z.discriminatedUnion('type', [readySchema, errorSchema]);

/** One of the vendor's messages, parsed. */
export type AcmeServerMessage = z.output<typeof serverMessageSchema>;
