import { z } from 'zod';

/** One thing that is wrong with a request. */
export const errorIssueSchema = z.object({
  /**
   * Where: `s2s.tools[0].name`, a query parameter or a header; empty for the body as a whole. A name longer than 64
   * characters is cut and ends in `…`.
   */
  path: z.string(),
  message: z.string(),
});

/**
 * Body of every HTTP error. `code` is one of `HTTP_ERRORS`; clients accept codes they do not know.
 * @see PROTOCOL.md rule ER1
 */
export const errorBodySchema = z.object({
  /** One sentence a person can act on. */
  error: z.string().min(1),
  code: z.string().min(1),
  /** The first 50 things that are wrong; `error` says how many more there are. */
  issues: z.array(errorIssueSchema).optional(),
});

/** Body of every HTTP error. */
export type ErrorBody = z.infer<typeof errorBodySchema>;
/** One thing that is wrong with a request. */
export type ErrorIssue = z.infer<typeof errorIssueSchema>;
