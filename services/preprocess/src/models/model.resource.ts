import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { ModelEntry } from '#detection';
import type { Catalogue } from './catalogue';

@ApiSchema({ name: 'ModelDefaults' })
class DefaultsResource {
  @ApiProperty({ description: 'detections must score more, 0..1' }) score!: number;
  @ApiProperty({ description: 'of two boxes of a class that overlap more, the weaker is dropped, 0..1' })
  iou!: number;
  @ApiProperty({ description: 'most detections of a picture' }) max!: number;
}

@ApiSchema({ name: 'Model' })
export class ModelResource {
  @ApiProperty({ example: 'ssdlite-mobilenetv2' }) name!: string;
  @ApiProperty() title!: string;
  @ApiProperty({ type: String, nullable: true }) licence!: string | null;
  @ApiProperty({ description: 'taken by jobs that choose none' }) default!: boolean;
  @ApiProperty({
    description: 'its manifest is valid, and its file is there or will be downloaded at first use',
  })
  available!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'why it may not' }) problem!: string | null;
  @ApiProperty({ type: Object, nullable: true, example: { width: 300, height: 300 } })
  input!: { width: number; height: number } | null;
  @ApiProperty({ type: [String], description: 'by class index' }) labels!: string[];
  @ApiProperty({ type: DefaultsResource, nullable: true }) defaults!: DefaultsResource | null;
}

@ApiSchema({ name: 'ModelList' })
export class ModelListResource {
  @ApiProperty({ type: [ModelResource] }) models!: ModelResource[];
}

export function toModel(entry: ModelEntry, catalogue: Catalogue): ModelResource {
  const { name, manifest, problem } = entry;
  return {
    name,
    title: manifest?.title ?? name,
    licence: manifest?.licence ?? null,
    default: catalogue.isDefault(entry),
    available: problem === undefined,
    problem: problem ?? null,
    input: manifest ? { width: manifest.input.width, height: manifest.input.height } : null,
    labels: manifest?.labels.map((label) => label.name) ?? [],
    defaults: manifest?.defaults ?? null,
  };
}

/** A model as the upload form offers it. */
export interface ModelChoice {
  readonly name: string;
  /** Its title, and its name where that is another. */
  readonly label: string;
  readonly default: boolean;
  /** Why it cannot be chosen. */
  readonly problem: string | undefined;
}

export function toChoice(entry: ModelEntry, catalogue: Catalogue): ModelChoice {
  const { name, manifest, problem } = entry;
  const label = manifest && manifest.title !== name ? `${manifest.title} (${name})` : name;
  return { name, label, default: catalogue.isDefault(entry), problem };
}
