import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes } from 'mongoose';
import type { Layout } from '#contract';

/** Lines and zones that users have stored under a name, for the videos of one camera. */
@Schema({ collection: 'hs_layouts', versionKey: false, autoCreate: false })
export class LayoutPreset {
  /** Its name. */
  @Prop({ type: String, required: true }) readonly _id!: string;
  @Prop({ type: SchemaTypes.Mixed, required: true }) layout!: Layout;
  /** Database time. */
  @Prop({ type: Date, required: true }) savedAt!: Date;
}

export const LayoutPresetSchema = SchemaFactory.createForClass(LayoutPreset);
