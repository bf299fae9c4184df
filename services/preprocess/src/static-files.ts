import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** Third-party files of the pages: the name below `/static/vendor/`, and the file. */
const VENDOR_FILES: Readonly<Record<string, string>> = {
  'idiomorph.js': 'idiomorph/dist/idiomorph.esm.js',
  'pico.css': '@picocss/pico/css/pico.min.css',
  'tus.js': 'tus-js-client/dist/tus.min.js',
  'uplot.css': 'uplot/dist/uPlot.min.css',
  'uplot.js': 'uplot/dist/uPlot.iife.min.js',
};

/** Browsers revalidate on every use: a new page must not run an old script. */
const CACHED = { maxAge: 0 };

/**
 * Serves a folder below `/static/`, and only the listed third-party files.
 *
 * @param single more files, by their name below `/static/`
 */
export function serveStaticFiles(
  app: NestExpressApplication,
  folder: string,
  single: Readonly<Record<string, string>> = {},
): void {
  const singleFiles = new Map<string, string>([
    ...Object.entries(VENDOR_FILES).map(
      ([name, file]) => [`/static/vendor/${name}`, require.resolve(file)] as const,
    ),
    ...Object.entries(single).map(([name, file]) => [`/static/${name}`, file] as const),
  ]);
  app.use((request: Request, response: Response, next: NextFunction) => {
    const file = ['GET', 'HEAD'].includes(request.method) ? singleFiles.get(request.path) : undefined;
    if (file === undefined) next();
    else response.sendFile(file, { ...CACHED, dotfiles: 'allow' });
  });
  app.useStaticAssets(folder, { prefix: '/static', ...CACHED });
}
