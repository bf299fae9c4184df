import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/**
 * The layers: which libs a lib may import. Anything not named here is refused, so an arrow that runs
 * backwards fails the lint. Services may import every lib; nothing imports a service.
 */
const layers = {
  errors: [],
  config: ['errors'],
  contract: [],
  flow: [],
  jobs: ['contract', 'errors'],
  workspace: ['errors'],
  media: ['errors', 'flow'],
  detection: ['errors', 'flow', 'packages/tfjs-to-onnx'],
  annotation: ['detection', 'errors'],
  exports: ['annotation', 'detection', 'flow', 'workspace'],
  scaling: ['errors', 'flow'],
  webhooks: ['errors'],
  telemetry: ['access', 'flow'],
  access: ['config', 'errors'],
  stage: ['errors', 'jobs', 'telemetry', 'workspace'],
  http: ['contract', 'detection', 'errors', 'workspace'],
  service: ['access', 'config', 'errors', 'flow', 'http', 'jobs', 'stage', 'telemetry', 'workspace'],
};

/** Libs that must stay usable without Nest. */
const frameworkFree = [
  'errors',
  'contract',
  'flow',
  'workspace',
  'media',
  'detection',
  'annotation',
  'exports',
  'scaling',
  'webhooks',
];

const layerRules = Object.entries(layers).map(([lib, allowed]) => ({
  files: [`libs/${lib}/src/**/*.ts`],
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^#(?!(?:${[...allowed, '-'].join('|')})$)`,
            message: `libs/${lib} may import only: ${allowed.join(', ') || 'no other lib'}.`,
          },
          { regex: 'services/', message: 'A lib never imports a service.' },
          ...(frameworkFree.includes(lib)
            ? [{ regex: '^@nestjs/', message: `libs/${lib} is framework-free.` }]
            : []),
        ],
      },
    ],
  },
}));

/** A package stands alone: it imports no lib, no service and no other package; types may come from libs/contract. */
const packageRules = {
  files: ['packages/*/src/**/*.ts'],
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: '^#(?!contract$)', message: 'A package imports no lib and no other package.' },
          { regex: '^#contract$', message: 'A package may import types alone.', allowTypeImports: true },
          { regex: '^@nestjs/', message: 'Packages are framework-free.' },
          { regex: '(libs|services|scripts|test)/', message: 'A package stands alone.' },
        ],
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ['**/dist/', 'data/', '.cache/', 'coverage/', '**/node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'off', // Nest reads constructor types at run time
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // Nest types its plain options objects as classes
      curly: ['error', 'multi-line'],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          name: 'onnxruntime-node',
          message: 'Import libs/detection/src/engine/runtime, which switches its telemetry off first.',
        },
      ],
    },
  },
  ...layerRules,
  packageRules,
  {
    files: ['libs/!(config)/src/**/*.ts', 'services/**/*.ts'],
    ignores: ['**/*.spec.ts', 'libs/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'libs/config is the only reader of the environment.' },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['templates/static/*.js'],
    rules: { 'no-undef': 'off' }, // the compiler looks at names there, with the types of browsers
  },
  {
    files: ['scripts/**', 'packages/*/src/**', 'tools/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
        module: 'writable',
        URL: 'readonly',
        setTimeout: 'readonly',
        fetch: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
  prettier,
);
