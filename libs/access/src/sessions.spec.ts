import { Sessions } from './sessions';

const TOKEN = 'token of the services';
const alice = { name: 'alice', sha256: 'aa'.repeat(32) };
const bob = { name: 'bob', sha256: 'bb'.repeat(32) };
const EXPIRES = 1_000_000;

const sessions = new Sessions([alice, bob], TOKEN);
const cookie = sessions.issue('alice', EXPIRES);

it('identifies a session in every replica until it expires', () => {
  expect(new Sessions([bob, alice], TOKEN).nameOf(cookie, EXPIRES - 1)).toBe('alice');
  expect(sessions.nameOf(cookie, EXPIRES)).toBeUndefined();
});

it('rejects sessions of removed or replaced keys, or signed with a different token', () => {
  const now = EXPIRES - 1;
  expect(new Sessions([bob], TOKEN).nameOf(cookie, now)).toBeUndefined();
  expect(new Sessions([{ ...alice, sha256: 'cc'.repeat(32) }], TOKEN).nameOf(cookie, now)).toBeUndefined();
  expect(new Sessions([alice], 'another token').nameOf(cookie, now)).toBeUndefined();
});

it('rejects forged sessions', () => {
  const [name, expiry, signature] = cookie.split('.') as [string, string, string];
  const forged = [
    `bob.${expiry}.${signature}`,
    `${name}.${EXPIRES * 2}.${signature}`,
    `${name}.${expiry}.`,
    `${name}.${expiry}.${signature.slice(1)}`,
    `${name}.0${expiry}.x`,
    `${cookie}.`,
    'carol.2000000.',
    '..',
    '',
    new Sessions([], TOKEN).issue('alice', EXPIRES),
  ];
  for (const text of forged) expect(sessions.nameOf(text, 0)).toBeUndefined();
});
