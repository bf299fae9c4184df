import { integer } from './values';

/** How workers claim, keep and retry jobs. */
export const queue = {
  LEASE_MS: integer(1_000, 3_600_000)
    .default(30_000)
    .describe('another worker takes over a job whose worker has not renewed its lease for this long'),
  STALL_MS: integer(1_000, 86_400_000)
    .default(300_000)
    .describe('abort and retry an attempt that makes no progress for this long'),
  MAX_ATTEMPTS: integer(1, 100)
    .default(3)
    .describe('attempts per stage before the job ends in its error status'),
  RETRY_DELAY_MS: integer(0, 3_600_000)
    .default(2_000)
    .describe('delay before the second attempt; doubles each time, with jitter'),
  FAIR_AGE_S: integer(0, 86_400)
    .default(3_600)
    .describe('short videos go first, but never before one that has waited this long; `0`: oldest first'),
  POLL_MIN_MS: integer(10, 60_000).default(200).describe('polling interval right after a job was found'),
  POLL_MAX_MS: integer(10, 60_000).default(1_000).describe('polling interval after a long idle time'),
  STOP_GRACE_MS: integer(0, 3_600_000)
    .default(25_000)
    .describe('how long a running job may continue after SIGTERM before it is released'),
};
