import { packagesOf } from './lock-file';

it('follows packages through nested folders and finds the optional ones', () => {
  const lock = {
    packages: {
      '': { dependencies: { other: '1' } },
      'services/one': { dependencies: { a: '1' } },
      'node_modules/a': {
        dependencies: { b: '1' },
        optionalDependencies: { native: '1' },
        peerDependencies: { peer: '1', choice: '1' },
        peerDependenciesMeta: { choice: { optional: true } },
      },
      'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
      'node_modules/b': {},
      'node_modules/c': {},
      'node_modules/native': {},
      'node_modules/peer': {},
      'node_modules/other': {},
    },
  };
  const { required, allowed } = packagesOf(lock, 'services/one');
  const needed = ['a', 'a/node_modules/b', 'c', 'peer'].map((name) => `node_modules/${name}`);
  expect([...required].sort()).toEqual(needed);
  expect([...allowed].sort()).toEqual([...needed, 'node_modules/native'].sort());
});
