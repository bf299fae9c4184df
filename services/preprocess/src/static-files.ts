import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** What the pages load of other makers' packages: the address below `/static/vendor/`, and the file. */
const VENDOR_FILES: Readonly<Record<string, string>> = {
  'pico.css': '@picocss/pico/css/pico.min.css',
  'tus.js': 'tus-js-client/dist/tus.min.js',
  'uplot.css': 'uplot/dist/uPlot.min.css',
  'uplot.js': 'uplot/dist/uPlot.iife.min.js',
};

/** Browsers ask each time whether a file is still the same: a page of a new version must not meet a script of the old one. */
const CACHED = { maxAge: 0 };

/** Serves a folder of our own below `/static/`, and of other makers' packages the files above and no others. */
export function serveStaticFiles(app: NestExpressApplication, folder: string): void {
  const vendorFiles = new Map(
    Object.entries(VENDOR_FILES).map(([name, file]) => [`/static/vendor/${name}`, require.resolve(file)]),
  );
  app.use((request: Request, response: Response, next: NextFunction) => {
    const file = ['GET', 'HEAD'].includes(request.method) ? vendorFiles.get(request.path) : undefined;
    if (file === undefined) next();
    else response.sendFile(file, { ...CACHED, dotfiles: 'allow' });
  });
  app.useStaticAssets(folder, { prefix: '/static', ...CACHED });
}
