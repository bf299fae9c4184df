import { Param, type PipeTransform } from '@nestjs/common';
import { checkJobId } from '#jobs';

class JobIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    return checkJobId(id);
  }
}

/** The route parameter `:id`: a job id of 24 hex digits. Rejects anything else before the handler runs. */
export const JobId = (): ParameterDecorator => Param('id', JobIdPipe);
