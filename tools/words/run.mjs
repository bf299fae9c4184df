/** Searches files for the phrases of phrases.txt. See the README. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

const SEARCHED = ['*.md', '*.ts', '*.mjs', '*.js', '*.hbs', '*.yaml', '*.sh', 'Dockerfile'];

/** These quote the phrases. */
const QUOTING = ['docs/style.md', 'tools/words'];

const phrases = readFileSync(join(import.meta.dirname, 'phrases.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [pattern, instead] = line.split('\t');
    return { pattern: new RegExp(pattern, 'gi'), instead };
  });

function trackedFiles() {
  const excluded = QUOTING.map((path) => `:!${path}`);
  const list = execFileSync('git', ['ls-files', '-z', '--', ...SEARCHED, ...excluded], {
    cwd: root,
    encoding: 'utf8',
  });
  return list.split('\0').filter((file) => file !== '');
}

/** Prints each phrase found. @returns how many */
function search(file) {
  let found = 0;
  readFileSync(resolve(root, file), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      for (const { pattern, instead } of phrases) {
        for (const [phrase] of line.matchAll(pattern)) {
          console.log(`${file}:${index + 1}: ${phrase} -> ${instead}`);
          found++;
        }
      }
    });
  return found;
}

const named = process.argv.slice(2).map((file) => resolve(file));
const files = named.length > 0 ? named : trackedFiles();
const found = files.reduce((sum, file) => sum + search(file), 0);
if (found > 0) {
  console.error(`Found ${found} phrases that docs/style.md avoids.`);
  process.exitCode = 1;
}
