import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiResponse, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'Problem' })
export class ProblemResource {
  @ApiProperty({ description: 'stable, for programs', example: 'BAD_IMAGE' }) code!: string;
  @ApiProperty({ description: 'for people' }) message!: string;
  @ApiPropertyOptional({ description: 'of an unexpected error: the log has the details under it' })
  requestId?: string;
}

@ApiSchema({ name: 'Error' })
class ErrorResource {
  @ApiProperty() error!: ProblemResource;
}

/** What OpenAPI says of the error answers of a route: what each status means. */
export function ApiErrors(meanings: Readonly<Record<number, string>>): MethodDecorator {
  const answers = Object.entries(meanings).map(([status, description]) =>
    ApiResponse({ status: Number(status), type: ErrorResource, description }),
  );
  return applyDecorators(...answers);
}
