import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** What the pages load of other makers' packages: the address below `/static/vendor/`, and the file. */
const FILES: Readonly<Record<string, string>> = {
  'pico.css': '@picocss/pico/css/pico.min.css',
  'tus.js': 'tus-js-client/dist/tus.min.js',
  'uplot.css': 'uplot/dist/uPlot.min.css',
  'uplot.js': 'uplot/dist/uPlot.iife.min.js',
};

/** Serves these files and no others of these packages. */
export function serveVendorFiles(app: NestExpressApplication): void {
  const files = new Map(
    Object.entries(FILES).map(([name, file]) => [`/static/vendor/${name}`, require.resolve(file)]),
  );
  app.use((request: Request, response: Response, next: NextFunction) => {
    const file = ['GET', 'HEAD'].includes(request.method) ? files.get(request.path) : undefined;
    if (file === undefined) next();
    else response.sendFile(file, { maxAge: '1h', dotfiles: 'allow' });
  });
}
