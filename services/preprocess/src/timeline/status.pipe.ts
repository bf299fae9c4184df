import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { STATUSES, isStatus, type Status } from '#jobs';

/** Checks that a parameter is a job status. */
export class StatusPipe implements PipeTransform<string, Status> {
  transform(status: string): Status {
    if (isStatus(status)) return status;
    throw new BadRequestException(
      `Invalid status "${status.slice(0, 64)}": expected one of ${STATUSES.join(', ')}.`,
    );
  }
}
