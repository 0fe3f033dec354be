import { IDEMPOTENCY_CASES } from './idempotency.ts';
import { PAGES_CASES } from './pages.ts';
import { RECORDS_CASES } from './records.ts';
import { RETENTION_CASES } from './retention.ts';
import type { StoreContractCase } from './store-contract-case.ts';
import { TEXT_AND_CLOSING_CASES } from './text-and-closing.ts';
import { TOKENS_AND_KEYS_CASES } from './tokens-and-keys.ts';
import { TRANSCRIPTS_CASES } from './transcripts.ts';
import { USAGE_CASES } from './usage.ts';

/** What every `SessionStore` must do, whatever is behind it. */
export const STORE_CONTRACT: readonly StoreContractCase[] = [
  ...RECORDS_CASES,
  ...PAGES_CASES,
  ...TRANSCRIPTS_CASES,
  ...USAGE_CASES,
  ...RETENTION_CASES,
  ...TOKENS_AND_KEYS_CASES,
  ...IDEMPOTENCY_CASES,
  ...TEXT_AND_CLOSING_CASES,
];
