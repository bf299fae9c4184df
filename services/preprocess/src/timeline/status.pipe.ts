import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { STATUSES, isStatus, type Status } from '#jobs';

/** A status that jobs can have. */
export class StatusPipe implements PipeTransform<string, Status> {
  transform(status: string): Status {
    if (isStatus(status)) return status;
    throw new BadRequestException(
      `"${status.slice(0, 64)}" is no status: expected one of ${STATUSES.join(', ')}.`,
    );
  }
}
