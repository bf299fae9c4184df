import { Body, Controller, Delete, Get, HttpCode, NotFoundException, Put } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '#access';
import {
  layoutSchema,
  presetListSchema,
  presetSchema,
  refTo,
  type Layout,
  type PresetListResource,
  type PresetResource,
} from '#contract';
import { LayoutPresets, type LayoutPreset } from '#jobs';
import { ApiErrors, SchemaPipe } from '#platform';
import { link } from '../base-path';
import { UNAVAILABLE } from '../jobs/error-descriptions';
import { PresetName } from './preset-name.pipe';

const ERRORS = { 400: 'invalid name', 404: 'preset not found', 503: UNAVAILABLE };

/** The JSON API of presets: lines and zones under a name. */
@ApiTags('layouts')
@Controller('api/layouts')
@Access('user')
export class PresetsController {
  constructor(private readonly presets: LayoutPresets) {}

  @Get()
  @ApiOperation({ summary: 'All presets of lines and zones' })
  @ApiOkResponse({ schema: refTo(presetListSchema), description: 'without the lines and zones' })
  @ApiErrors({ 503: UNAVAILABLE })
  async list(): Promise<PresetListResource> {
    return { layouts: (await this.presets.list()).map(toEntry) };
  }

  @Get(':name')
  @ApiOperation({ summary: 'A preset of lines and zones' })
  @ApiOkResponse({ schema: refTo(presetSchema) })
  @ApiErrors(ERRORS)
  async get(@PresetName() name: string): Promise<PresetResource> {
    const preset = await this.presets.get(name);
    if (!preset) throw notFound(name);
    return toPreset(preset);
  }

  @Put(':name')
  @ApiOperation({ summary: 'Store lines and zones as a preset' })
  @ApiBody({ schema: refTo(layoutSchema) })
  @ApiOkResponse({ schema: refTo(presetSchema), description: 'replaces a preset with this name' })
  @ApiErrors({ 400: 'invalid name, lines or zones; lists all errors', 503: UNAVAILABLE })
  async save(
    @PresetName() name: string,
    @Body(new SchemaPipe(layoutSchema)) layout: Layout,
  ): Promise<PresetResource> {
    return toPreset(await this.presets.save(name, layout));
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a preset of lines and zones' })
  @ApiNoContentResponse({ description: 'deleted; jobs keep their lines and zones' })
  @ApiErrors(ERRORS)
  async remove(@PresetName() name: string): Promise<void> {
    if (!(await this.presets.remove(name))) throw notFound(name);
  }
}

function toEntry({ _id, savedAt }: Omit<LayoutPreset, 'layout'>): PresetListResource['layouts'][number] {
  const self = link(`/api/layouts/${encodeURIComponent(_id)}`);
  return { name: _id, savedAt: savedAt.toISOString(), links: { self } };
}

function toPreset(preset: LayoutPreset): PresetResource {
  return { ...toEntry(preset), layout: preset.layout };
}

function notFound(name: string): NotFoundException {
  return new NotFoundException(`Unknown preset "${name}": GET /api/layouts lists them.`);
}
