import { z } from 'zod';

/**
 * Body of `GET /healthz` (always `ok`) and `GET /readyz` (`ok`, or `draining` with 503).
 * @see PROTOCOL.md rule RS2
 */
export const healthSchema = z.object({ status: z.enum(['ok', 'draining']) });

/** Body of `GET /healthz` and `GET /readyz`. */
export type Health = z.infer<typeof healthSchema>;
