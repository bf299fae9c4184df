import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../../test/support/test-data';

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'words-'))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function check(text: string) {
  const file = join(folder, 'text.md');
  writeFileSync(file, text);
  const args = [join(repositoryRoot, 'tools/words/run.mjs'), file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, lines: stdout.split('\n').filter((line) => line !== ''), file, stderr };
}

describe('the check of words', () => {
  it('passes clean text', () => {
    const { status, lines } = check(
      'There is no job 6b01.\nRetry it for as long as it takes, so long as it runs.\n',
    );
    expect({ status, lines }).toEqual({ status: 0, lines: [] });
  });

  it('reports file, line, phrase and what to write instead', () => {
    const { status, lines, file } = check('# Title\n\nThe upload begins Anew.\n');
    expect(status).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^.*text\.md:3: Anew -> "again"/)]);
    expect(lines[0]?.startsWith(file)).toBe(true);
  });

  it('reports every phrase of a line', () => {
    const { status, lines, stderr } = check('Nobody is told, and "x" is no job id.\n');
    expect(status).toBe(1);
    expect(lines).toHaveLength(3);
    expect(stderr).toContain('Found 3 phrases');
  });

  it.each([
    'It goes on with the next frame.',
    'A frame that was looked at.',
    'An attempt without progress for so long.',
    'The file has to be there.',
    'The video is taken apart.',
    'The model at hand.',
    'It is taken for a video.',
    'docs/security.md has it.',
  ])('refuses: %s', (text) => {
    expect(check(text).status).toBe(1);
  });
});
