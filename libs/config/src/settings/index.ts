import type { z } from 'zod';
import { access } from './access';
import { detection } from './detection';
import { general } from './general';
import { integration } from './integration';
import { media } from './media';
import { queue } from './queue';
import { uploads } from './uploads';

/** Every setting by topic: what it accepts, its default and what it is for. */
export const topics = {
  'Addresses, storage and database': general,
  Access: access,
  'Uploads and retention': uploads,
  Queue: queue,
  Media: media,
  Detection: detection,
  'Events, webhooks and Kubernetes': integration,
};

export const settings = {
  ...general,
  ...access,
  ...uploads,
  ...queue,
  ...media,
  ...detection,
  ...integration,
};

export type SettingName = keyof typeof settings;

export type Values = { [Name in SettingName]: z.output<(typeof settings)[Name]> };

/** Settings whose values are never shown. */
export const SECRETS: readonly string[] = ['API_KEYS', 'SERVICE_TOKEN', 'METRICS_TOKEN', 'WEBHOOK_SECRET'];
