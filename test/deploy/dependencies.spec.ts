import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../support/test-data';

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
}

const packageJson = (folder: string) =>
  JSON.parse(readFileSync(join(repositoryRoot, folder, 'package.json'), 'utf8')) as PackageJson;

const root = packageJson('.');

/** Packages that no `require` in our code names. */
const LOADED_BY_NEST = ['@nestjs/platform-express', 'reflect-metadata', 'rxjs'];
const SERVED_TO_BROWSERS = ['@picocss/pico', 'idiomorph', 'tus-js-client', 'uplot'];
const TEMPLATE_ENGINE_OF_HBS = ['handlebars'];

const DETECTOR = [
  'libs/detection/src/engine/worker',
  'libs/detection/src/engine/cuda-trial',
  'scripts/model',
];

const services = [
  {
    name: 'preprocess',
    programs: [],
    unnamed: [...LOADED_BY_NEST, ...SERVED_TO_BROWSERS, ...TEMPLATE_ENGINE_OF_HBS],
  },
  { name: 'infer', programs: DETECTOR, unnamed: LOADED_BY_NEST },
  { name: 'postprocess', programs: [], unnamed: LOADED_BY_NEST },
];

const LOADING = /(?:\brequire(?:\.resolve)?|\bimport|\(__filename\))\(['"]([^'"]+)['"]\)/g;

/** npm packages that compiled programs load, directly or through our files. */
function loadedBy(programs: readonly string[]): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const pending = programs.map((program) => join(repositoryRoot, 'dist', `${program}.js`));
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(LOADING)) {
      if (name.startsWith('#') || name.startsWith('.')) pending.push(fileOf(name, file));
      else if (!name.startsWith('node:')) packages.add(packageOf(name));
    }
  }
  return packages;
}

function fileOf(name: string, importer: string): string {
  if (name.startsWith('#')) return join(repositoryRoot, fromImports(name));
  const path = join(dirname(importer), name);
  return [`${path}.js`, join(path, 'index.js'), path].find(existsSync) ?? path;
}

/** Resolves the longest matching pattern, as Node does. */
function fromImports(name: string): string {
  const matching = Object.entries(root.imports)
    .map(([pattern, target]) => ({ start: pattern.replace('*', ''), target }))
    .filter(({ start }) => name.startsWith(start))
    .sort((a, b) => b.start.length - a.start.length);
  const [{ start, target }] = matching as [{ start: string; target: string }];
  return target.replace('*', name.slice(start.length));
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

describe.each(services)('package.json of $name', ({ name, programs, unnamed }) => {
  const { dependencies } = packageJson(`services/${name}`);

  it('lists exactly what the service loads', () => {
    const loaded = loadedBy([`services/${name}/src/main`, ...programs]);
    expect(Object.keys(dependencies).sort()).toEqual([...new Set([...loaded, ...unnamed])].sort());
  });

  it('has the versions of the root package.json', () => {
    const shared = Object.entries(dependencies).filter(([dependency]) => dependency in root.dependencies);
    expect(Object.fromEntries(shared)).toMatchObject(
      Object.fromEntries(shared.map(([dependency]) => [dependency, root.dependencies[dependency]])),
    );
  });
});

it('renders templates with the declared version of handlebars', () => {
  const hbs = dirname(require.resolve('hbs/package.json'));
  const { version } = JSON.parse(
    readFileSync(require.resolve('handlebars/package.json', { paths: [hbs] }), 'utf8'),
  ) as { version: string };
  expect(version).toBe(packageJson('services/preprocess').dependencies['handlebars']);
});
