import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { Layout } from '#contract';
import { LayoutPreset } from './layout-preset.schema';
import { literal, type Update } from './pipeline';

/** Lines and zones stored under names. */
@Injectable()
export class LayoutPresets {
  constructor(@InjectModel(LayoutPreset.name) private readonly presets: Model<LayoutPreset>) {}

  /** Stores a layout, replacing one with the same name. */
  async save(name: string, layout: Layout): Promise<LayoutPreset> {
    const update: Update = [{ $set: { layout: literal(layout), savedAt: '$$NOW' } }];
    return this.presets
      .findOneAndUpdate({ _id: name }, update, {
        ...{ upsert: true, returnDocument: 'after', updatePipeline: true },
      })
      .lean<LayoutPreset>();
  }

  async get(name: string): Promise<LayoutPreset | undefined> {
    return (await this.presets.findOne({ _id: name }).lean<LayoutPreset>()) ?? undefined;
  }

  /** All, by name, without their layouts. */
  list(): Promise<Omit<LayoutPreset, 'layout'>[]> {
    return this.presets.find({}, { savedAt: 1 }).sort({ _id: 1 }).lean<LayoutPreset[]>();
  }

  /** @returns whether there was one */
  async remove(name: string): Promise<boolean> {
    return (await this.presets.deleteOne({ _id: name })).deletedCount === 1;
  }
}
