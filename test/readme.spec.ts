import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSettings } from '#config';
import { repositoryRoot } from './support/test-data';

it.each(describeSettings().map(({ name }) => name))('README explains the setting %s', (name) => {
  const table = readFileSync(join(repositoryRoot, 'README.md'), 'utf8')
    .split('## Settings')[1]
    ?.split('\n## ')[0];
  expect(table).toMatch(new RegExp(`^\\| .*\`${name}\``, 'm'));
});
