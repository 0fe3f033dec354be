import { z } from 'zod';

/**
 * Body of `GET /healthz` (always `ok`) and `GET /readyz` (`ok`, `degraded` with 200 while the database cannot be written,
 * or `draining` with 503).
 * @see PROTOCOL.md rule RS2
 */
export const healthSchema = z.object({ status: z.enum(['ok', 'degraded', 'draining']) });

/** Body of `GET /healthz` and `GET /readyz`. */
export type Health = z.infer<typeof healthSchema>;
