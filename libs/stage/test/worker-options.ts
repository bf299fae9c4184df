import type { LoggerService } from '@nestjs/common';
import type { WorkerOptions } from '#stage';

/** Settings of a fast worker; each test overrides those it is about. */
export const options: WorkerOptions = {
  leaseMs: 60_000,
  maxAttempts: 3,
  fairAgeMs: 3_600_000,
  retryDelayMs: 1,
  pollMinMs: 5,
  pollMaxMs: 20,
  stopGraceMs: 5_000,
  stallMs: 60_000,
};

export const silent: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };
