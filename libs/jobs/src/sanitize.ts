import type { Job } from './job.schema';
import { TIME_FIELDS } from './lifecycle';

/**
 * Drops malformed fields, so that readers can rely on the types. Other programs may insert records, too.
 */
export function sanitize(record: Job): Job {
  const job: Record<string, unknown> = Object.fromEntries(Object.entries(record));
  const drop = (field: string, wrong: boolean) => {
    if (wrong) Reflect.deleteProperty(job, field);
  };
  for (const field of TIME_FIELDS) drop(field, !(record[field] instanceof Date));
  drop('error', !(field(job['error'], 'at') instanceof Date));
  drop('options', !Array.isArray(field(job['options'], 'classes')));
  drop('video', typeof field(field(job['video'], 'frameRate'), 'num') !== 'number');
  drop('detections', !Array.isArray(field(job['detections'], 'classes')));
  drop('warnings', !Array.isArray(job['warnings']));
  drop('precision', job['precision'] !== 'fp32' && job['precision'] !== 'int8');
  drop('frameFiles', typeof job['frameFiles'] !== 'boolean');
  drop('progress', typeof field(job['progress'], 'done') !== 'number');
  if (typeof job['FILENAME'] !== 'string') job['FILENAME'] = '';
  return job as unknown as Job;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
