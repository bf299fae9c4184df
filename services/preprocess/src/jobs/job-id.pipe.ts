import { Param, type PipeTransform } from '@nestjs/common';
import { checkJobId } from '#jobs';

class JobIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    return checkJobId(id);
  }
}

/** The parameter `:id` of a route: the id of a job, 24 hex digits. Any other text is refused before the handler runs. */
export const JobId = (): ParameterDecorator => Param('id', JobIdPipe);
