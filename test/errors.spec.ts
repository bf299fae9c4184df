import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CODES } from '#errors';
import { repositoryRoot } from './support/test-data';

/** The sources of the product and its scripts, by path. */
const sources = new Map(
  ['libs', 'services', 'scripts', 'tools']
    .flatMap((folder) =>
      readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(folder, file),
      ),
    )
    .filter((file) => /\.ts$/.test(file) && !/(\.spec\.ts$|\/test\/)/.test(file))
    .map((file): [string, string] => [file, readFileSync(join(repositoryRoot, file), 'utf8')]),
);

interface ErrorClass {
  readonly name: string;
  readonly file: string;
  /** From its parent up to the last known class. */
  readonly ancestors: readonly string[];
}

/** All classes of the sources that extend an error or an exception, directly or not. */
function errorClasses(): ErrorClass[] {
  const parents = new Map<string, { parent: string; file: string }>();
  for (const [file, text] of sources) {
    for (const [, name = '', parent = ''] of text.matchAll(/\bclass (\w+)(?:<.*?>)? extends (\w+)/g)) {
      parents.set(name, { parent, file });
    }
  }
  return [...parents]
    .map(([name, { parent, file }]) => {
      const ancestors = [parent];
      for (let next = parents.get(parent); next; next = parents.get(next.parent)) ancestors.push(next.parent);
      return { name, file, ancestors };
    })
    .filter(({ ancestors }) => /(Error|Exception)$/.test(ancestors.at(-1) ?? ''));
}

/** Errors that stay inside a command line tool. */
const ON_THEIR_OWN = /^(scripts|tools)\//;

const classes = errorClasses();

it('finds the error classes', () => {
  expect(classes.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['MediaError', 'BadImageError', 'UsageError']),
  );
});

it('every error class name ends in Error', () => {
  expect(classes.map(({ name }) => name).filter((name) => !name.endsWith('Error'))).toEqual([]);
});

it('no two error classes share a name', () => {
  const definitions = [...sources.values()].flatMap((text) =>
    [...text.matchAll(/\bclass (\w+Error)\b/g)].map(([, name]) => name),
  );
  expect(definitions.filter((name, index) => definitions.indexOf(name) !== index)).toEqual([]);
});

it('every error class of libs and services extends the common root', () => {
  const strays = classes.filter(
    ({ name, file, ancestors }) =>
      name !== 'BoxreelError' && !ON_THEIR_OWN.test(file) && !ancestors.includes('BoxreelError'),
  );
  expect(strays).toEqual([]);
});

it.each(Object.keys(CODES))('code %s is used', (code) => {
  const users = [...sources].filter(
    ([file, text]) => !file.startsWith('libs/errors/') && text.includes(`'${code}'`),
  );
  expect(users).not.toEqual([]);
});
