import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSettings } from '#config';
import { settingsPage } from './settings-table';

const root = join(__dirname, '../../../..');

/** Rows of trimmed cells, because prettier pads them. */
const cells = (markdown: string) =>
  markdown.split('\n').map((line) =>
    line
      .replace(/-{3,}/g, '---')
      .split('|')
      .map((cell) => cell.trim()),
  );

it('docs/settings.md is up to date; if not, run `npm run docs`', () => {
  const page = readFileSync(join(root, 'docs/settings.md'), 'utf8');
  expect(cells(page)).toEqual(cells(settingsPage()));
});

it.each(describeSettings())('$name has a description', ({ description }) => {
  expect(description.length).toBeGreaterThan(10);
});
