import { Controller, Headers, HttpCode, Param, Put } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Access } from '#access';
import { statusSchema } from '#contract';
import { SchemaPipe } from '#platform';
import { JobRepository, type Status } from '#jobs';
import { LEASE_TOKEN_HEADER } from '#stage';
import { JobId } from '../jobs/job-id.pipe';

/** Stamps the current time into the fields of a status. All services report here, so one clock sets all times. */
@ApiExcludeController()
@Controller('requestid')
@Access('service')
export class TimelineController {
  constructor(private readonly jobs: JobRepository) {}

  @Put(':id/status/:status')
  @HttpCode(200)
  async report(
    @JobId() id: string,
    @Param('status', new SchemaPipe(statusSchema)) status: Status,
    @Headers(LEASE_TOKEN_HEADER) token?: string,
  ): Promise<{ status: Status }> {
    await this.jobs.stamp(id, status, token);
    return { status };
  }
}
