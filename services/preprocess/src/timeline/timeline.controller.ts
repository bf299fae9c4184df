import { BadRequestException, Controller, Headers, HttpCode, Param, Put } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { JobRepository, STATUSES, isStatus, type Status } from '#jobs';
import { LEASE_TOKEN_HEADER } from '#stage';

/** The one clock of the system: stamps the moment of the call into the fields that belong to a status. */
@ApiExcludeController()
@Controller('requestid')
export class TimelineController {
  constructor(private readonly jobs: JobRepository) {}

  @Put(':id/status/:status')
  @HttpCode(200)
  async report(
    @Param('id') id: string,
    @Param('status') status: string,
    @Headers(LEASE_TOKEN_HEADER) token?: string,
  ): Promise<{ status: Status }> {
    if (!isStatus(status)) {
      throw new BadRequestException(
        `"${status.slice(0, 64)}" is no status: expected one of ${STATUSES.join(', ')}.`,
      );
    }
    await this.jobs.stamp(id, status, token);
    return { status };
  }
}
