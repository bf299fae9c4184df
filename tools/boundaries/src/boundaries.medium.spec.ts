import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../../..');

/** Messages of the boundary rules for a file with one line of code. ESLint's configuration is an ES module, so it runs on its own. */
function lint(cases: { file: string; code: string }[]): string[][] {
  const script = `
    import { ESLint } from 'eslint';
    import tseslint from 'typescript-eslint';
    import { boundaryRules } from './tools/boundaries/rules.mjs';
    const parser = { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } };
    const eslint = new ESLint({ overrideConfigFile: true, overrideConfig: [parser, ...boundaryRules] });
    const results = await Promise.all(${JSON.stringify(cases)}.map(({ file, code }) =>
      eslint.lintText(code, { filePath: file })));
    console.log(JSON.stringify(results.map(([result]) => result.messages.map(({ message }) => message))));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  return JSON.parse(output) as string[][];
}

const violations: [what: string, file: string, code: string, message: RegExp][] = [
  ['a lib of a higher layer', 'libs/media/src/x.ts', "import '#jobs';", /libs\/media may import only/],
  [
    'a part of a lib of a higher layer',
    'libs/media/src/x.ts',
    "import '#detection/models';",
    /libs\/media may import only/,
  ],
  [
    'a service in a lib',
    'libs/stage/src/x.ts',
    "import '../../../services/infer/src/main';",
    /never imports a service/,
  ],
  ['Nest in a framework-free lib', 'libs/media/src/x.ts', "import '@nestjs/common';", /framework-free/],
  ['mongoose in libs/platform', 'libs/platform/src/x.ts', "import 'mongoose';", /Use libs\/jobs/],
  ['mongoose in a service', 'services/preprocess/src/x.ts', "import '@nestjs/mongoose';", /Use libs\/jobs/],
  [
    'ONNX Runtime in a service',
    'services/infer/src/x.ts',
    "import 'onnxruntime-node';",
    /runtime, which turns telemetry off/,
  ],
  [
    'ONNX Runtime outside its owner',
    'libs/detection/src/engine/x.ts',
    "import 'onnxruntime-node';",
    /turns telemetry off/,
  ],
  [
    'the Kubernetes client in a service',
    'services/preprocess/src/x.ts',
    "import '@kubernetes/client-node';",
    /Use libs\/scaling/,
  ],
  [
    'a child process in a service',
    'services/preprocess/src/x.ts',
    "import 'node:child_process';",
    /Run ffmpeg with libs\/media/,
  ],
  ['fluent-ffmpeg in libs/media', 'libs/media/src/x.ts', "import 'fluent-ffmpeg';", /Run ffmpeg/],
  [
    'another service',
    'services/infer/src/a/x.ts',
    "import '../../../preprocess/src/main';",
    /never imports another service/,
  ],
  [
    'a script in a service',
    'services/infer/src/x.ts',
    "import '../../../scripts/model';",
    /libs and packages only/,
  ],
  [
    'a service in a script',
    'scripts/start/x.ts',
    "import '../../services/preprocess/src/main';",
    /never the code of a service/,
  ],
  [
    'a service in a tool',
    'tools/bench/src/x.ts',
    "import '../../../services/infer/src/main';",
    /never the code of a service/,
  ],
  ['a lib in a package', 'packages/cli/src/x.ts', "import '#config';", /imports no lib/],
  [
    'values of the contract in a package',
    'packages/cli/src/x.ts',
    "import { z } from '#contract';",
    /only types/,
  ],
];

const allowed: [file: string, code: string][] = [
  ['libs/jobs/src/x.ts', "import 'mongoose';"],
  ['libs/scaling/src/x.ts', "import '@kubernetes/client-node';"],
  ['libs/detection/src/engine/runtime.ts', "import 'onnxruntime-node';"],
  ['libs/media/src/ffmpeg.ts', "import 'node:child_process';"],
  ['packages/cli/src/x.ts', "import type { JobResource } from '#contract';"],
  ['services/infer/src/x.ts', "import '#detection';"],
  ['libs/exports/src/x.ts', "import '#annotation/files';"],
];

it('reports every planted violation, and nothing else', () => {
  const results = lint([
    ...violations.map(([, file, code]) => ({ file, code })),
    ...allowed.map(([file, code]) => ({ file, code })),
  ]);
  for (const [n, [what, , , message]] of violations.entries()) {
    expect({ what, messages: results[n] }).toEqual({ what, messages: [expect.stringMatching(message)] });
  }
  expect(results.slice(violations.length)).toEqual(allowed.map(() => []));
});

it('is part of the lint configuration', () => {
  expect(readFileSync(join(root, 'eslint.config.mjs'), 'utf8')).toContain('...boundaryRules');
});

it('docs/architecture.md shows the same layers', () => {
  const script =
    "import { layers } from './tools/boundaries/rules.mjs'; console.log(JSON.stringify(layers));";
  const layers = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' }),
  ) as Record<string, string[]>;
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `libs\/([\w-]+)` +\|.*\| ([^|]*?) +\|$/gm)].map(([, lib, imports]) => [
    lib,
    imports === 'nothing'
      ? []
      : imports!
          .replace(/ \(.*?\)/g, '')
          .split(', ')
          .sort(),
  ]);
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(Object.entries(layers).map(([lib, imports]) => [lib, [...imports].sort()])),
  );
});
