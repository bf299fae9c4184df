/**
 * Jest runs the compiled code in dist/ (`npm test` builds it first): what is tested is what runs, worker
 * threads and child processes find their files, and nothing is transformed at test time. The exception are ES modules
 * among the dependencies and the scripts of the pages: Node can `require` them, jest cannot.
 * Sizes: small (*.spec), medium (*.medium.spec: real ffmpeg, ONNX Runtime, wire protocol), e2e (test/e2e: real processes and browser).
 */
process.env.PRECISION ??= 'fp32'; // the same detections on every CPU; tests of int8 ask for it
process.env.ORT_DISABLE_TELEMETRY = '1'; // jest gives tests a copy of the environment, which native code never sees

const esPackages = '@kubernetes/client-node|openid-client|oauth4webapi|jose';
const esModules = `/node_modules/(${esPackages})/.*\\.js$|/templates/static/.*\\.js$`;

const size = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  rootDir: __dirname,
  roots: ['<rootDir>/dist'],
  transform: {
    [esModules]: [
      'babel-jest',
      { babelrc: false, configFile: false, plugins: ['@babel/plugin-transform-modules-commonjs'] },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esPackages})/)`],
  testEnvironment: 'node',
  ...extra,
});

module.exports = {
  testTimeout: 120_000, // a busy machine is no failure; jest reads it here alone
  projects: [
    size('small', ['**/*.spec.js'], { testPathIgnorePatterns: ['\\.(medium|e2e)\\.spec\\.js$'] }),
    size('medium', ['**/*.medium.spec.js']),
    size('e2e', ['**/*.e2e.spec.js']),
  ],
};
