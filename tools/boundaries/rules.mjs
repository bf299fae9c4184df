/**
 * Which folder may import what. `eslint .` enforces it, docs/architecture.md shows it, and boundaries.medium.spec.ts plants
 * a violation of each rule.
 */

/** The libs that each lib may import. Services may import every lib. */
export const layers = {
  errors: [],
  config: ['errors'],
  contract: [],
  flow: [],
  jobs: ['contract', 'errors'],
  workspace: ['errors'],
  media: ['errors', 'flow'],
  frames: ['annotation', 'flow', 'jobs', 'media', 'workspace'],
  detection: ['errors', 'flow', 'packages/tfjs-to-onnx'],
  annotation: ['detection', 'errors'],
  exports: ['annotation', 'detection', 'flow', 'workspace'],
  scaling: ['errors', 'flow'],
  tracking: [],
  events: ['annotation', 'contract', 'errors'],
  webhooks: ['errors'],
  telemetry: ['access', 'flow'],
  access: ['config', 'errors'],
  stage: ['errors', 'flow', 'jobs', 'telemetry', 'workspace'],
  platform: [
    'access',
    'config',
    'contract',
    'detection',
    'errors',
    'flow',
    'jobs',
    'stage',
    'telemetry',
    'workspace',
  ],
};

/** Libs that must stay usable without Nest. */
export const frameworkFree = [
  'errors',
  'contract',
  'flow',
  'workspace',
  'media',
  'detection',
  'annotation',
  'exports',
  'scaling',
  'tracking',
  'events',
  'webhooks',
];

/** Third-party modules with one owner: the only files that may import them. */
export const owners = [
  { modules: ['mongoose', '@nestjs/mongoose'], files: ['libs/jobs/src/**'], instead: 'Use libs/jobs.' },
  { modules: ['@kubernetes/client-node'], files: ['libs/scaling/src/**'], instead: 'Use libs/scaling.' },
  {
    modules: ['onnxruntime-node'],
    files: ['libs/detection/src/engine/runtime.ts'],
    instead: 'Import libs/detection/src/engine/runtime, which turns telemetry off first.',
  },
  {
    // ffmpeg runs only with the limits of libs/media
    modules: ['node:child_process', 'child_process', 'fluent-ffmpeg'],
    files: [
      'libs/media/src/ffmpeg.ts',
      'libs/detection/src/engine/device.ts',
      'libs/detection/src/store/npm.ts',
    ],
    instead: 'Run ffmpeg with libs/media.',
  },
];

const SERVICE = { regex: '(^|/)(preprocess|infer|postprocess)/src(/|$)' };

/** Rules for a group of files; owners in it may import their modules. */
function restrict(files, patterns) {
  const rule = (allowed) => ({
    'no-restricted-imports': [
      'error',
      {
        patterns,
        paths: owners
          .filter((owner) => owner !== allowed)
          .flatMap(({ modules, instead }) => modules.map((name) => ({ name, message: instead }))),
      },
    ],
  });
  const ignores = ['**/*.spec.ts'];
  return [
    { files, ignores, rules: rule() },
    // A nested array matches files that match all of its patterns.
    ...owners.flatMap((owner) =>
      owner.files.map((file) => ({ files: [[...files, file]], ignores, rules: rule(owner) })),
    ),
  ];
}

const layerRules = Object.entries(layers).flatMap(([lib, allowed]) => {
  const patterns = [
    {
      regex: `^#(?!(?:${[...allowed, '-'].join('|')})(?:/|$))`,
      message: `libs/${lib} may import only: ${allowed.join(', ') || 'no other lib'}.`,
    },
    { ...SERVICE, message: 'A lib never imports a service.' },
    ...(frameworkFree.includes(lib)
      ? [{ regex: '^@nestjs/', message: `libs/${lib} is framework-free.` }]
      : []),
  ];
  return restrict([`libs/${lib}/src/**/*.ts`], patterns);
});

/** A package stands alone: it imports no lib, no service and no other package; types may come from libs/contract. */
const packageRules = restrict(
  ['packages/*/src/**/*.ts'],
  [
    { regex: '^#(?!contract$)', message: 'A package imports no lib and no other package.' },
    { regex: '^#contract$', message: 'A package may import only types.', allowTypeImports: true },
    { regex: '^@nestjs/', message: 'Packages are framework-free.' },
    { regex: '(libs|services|scripts|test)/', message: 'A package stands alone.' },
  ],
);

const serviceRules = restrict(
  ['services/*/src/**/*.ts'],
  [
    { ...SERVICE, message: 'A service never imports another service: move what they share to a lib.' },
    { regex: '(^|/)(scripts|tools|test)/', message: 'A service imports libs and packages only.' },
  ],
);

const scriptRules = {
  files: ['scripts/**/*.ts', 'tools/**/*.ts'],
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { ...SERVICE, message: 'Scripts and tools use the API and the libs, never the code of a service.' },
        ],
      },
    ],
  },
};

export const boundaryRules = [...layerRules, ...packageRules, ...serviceRules, scriptRules];
