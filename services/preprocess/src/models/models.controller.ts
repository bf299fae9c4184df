import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '#access';
import { modelListSchema, refTo, type ModelListResource } from '#contract';
import { Catalogue } from './catalogue';
import { toModel } from './model.resource';

/** The models available for jobs and image detection. */
@ApiTags('models')
@Controller('api/models')
@Access('user')
export class ModelsController {
  constructor(private readonly catalogue: Catalogue) {}

  @Get()
  @ApiOperation({ summary: 'List models' })
  @ApiOkResponse({ schema: refTo(modelListSchema), description: 'the default model first' })
  async list(): Promise<ModelListResource> {
    const entries = await this.catalogue.list();
    return { models: entries.map((entry) => toModel(entry, this.catalogue)) };
  }
}
