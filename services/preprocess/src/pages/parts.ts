import type { Application } from 'express';

/** Parts of pages that are sent on their own when they change: the same templates as in the whole page. */
export type Part = 'row' | 'now';

/** The HTML of a part. */
export function renderPart(app: Application, part: Part, values: object): Promise<string> {
  return new Promise((resolve, reject) => {
    app.render(`parts/${part}`, { ...values, layout: false }, (error: Error | null, html?: string) => {
      if (error) reject(error);
      else resolve(html ?? '');
    });
  });
}
