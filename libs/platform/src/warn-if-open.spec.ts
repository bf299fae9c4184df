import { warnIfOpen } from './warn-if-open';

const alice = { name: 'alice', sha256: '0'.repeat(64) };

it.each([
  ['0.0.0.0', [], 1],
  ['::', [], 1],
  ['192.0.2.7', [], 1],
  ['boxreel.example', [], 1],
  ['0.0.0.0', [alice], 0],
  ['127.0.0.1', [], 0],
  ['127.8.0.1', [], 0],
  ['::1', [], 0],
  ['localhost', [], 0],
])('on %s with the keys %j logs %i warnings', (HOST, API_KEYS, count) => {
  const warnings: unknown[] = [];
  warnIfOpen({ warn: (text) => warnings.push(text) }, { HOST, PORT: 5000, API_KEYS });
  expect(warnings).toHaveLength(count);
  for (const text of warnings) expect(text).toMatch(`anyone who can reach ${HOST}:5000 has full access`);
});
