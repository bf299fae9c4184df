import type { Application } from 'express';

/** Partials that are also sent separately when they change. */
export type Part = 'row' | 'now';

/** Renders a partial to HTML. */
export function renderPart(app: Application, part: Part, values: object): Promise<string> {
  return new Promise((resolve, reject) => {
    app.render(`parts/${part}`, { ...values, layout: false }, (error: Error | null, html?: string) => {
      if (error) reject(error);
      else resolve(html ?? '');
    });
  });
}
