import type { PipeTransform } from '@nestjs/common';
import { jobIdSchema } from '#contract';
import { checkedParam } from '#platform';
import { checkJobId } from '#jobs';

class JobIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    return checkJobId(id);
  }
}

/** The route parameter `:id`: a job id of 24 hex digits. Rejects anything else before the handler runs. */
export const JobId = (): ParameterDecorator =>
  checkedParam('id', JobIdPipe, { schema: jobIdSchema, description: 'id of the job' });
