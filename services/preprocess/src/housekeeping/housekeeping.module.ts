import { Module } from '@nestjs/common';
import type { PreprocessConfig } from '#config';
import { FinishedJobs } from '#jobs';
import { CONFIG } from '#platform';
import { Workspace } from '#workspace';
import { HOUR_MS } from '../time';
import { JobDeletion } from './deletion';
import { Housekeeper } from './housekeeper';

/** Deletes jobs on request and beyond retention limits, and removes what crashes leave behind. */
@Module({
  providers: [
    JobDeletion,
    { provide: Housekeeper, inject: [FinishedJobs, Workspace, CONFIG], useFactory: createHousekeeper },
  ],
  exports: [JobDeletion],
})
export class HousekeepingModule {}

function createHousekeeper(jobs: FinishedJobs, workspace: Workspace, config: PreprocessConfig): Housekeeper {
  return new Housekeeper(jobs, workspace, {
    intervalMs: config.HOUSEKEEPING_MS,
    leftoverMs: config.LEFTOVER_MS,
    orphanMs: config.ORPHAN_KEEP_HOURS * HOUR_MS,
    partialMs: config.UPLOAD_KEEP_HOURS * HOUR_MS,
    maxAgeMs: config.RETENTION_HOURS === undefined ? undefined : config.RETENTION_HOURS * HOUR_MS,
    maxBytes: config.RETENTION_MB === undefined ? undefined : config.RETENTION_MB * 1e6,
  });
}
