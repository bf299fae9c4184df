import { mutate } from './mutate';

const object = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'x' },
  spec: { ports: [{ port: 1 }, { port: 2 }] },
};
const made = { defect: 'a defect', in: 'Service/x', found: 'spec' };

describe('a defect', () => {
  it.each([
    ['a different value', { at: 'spec.ports[1].port', put: 3 }, { ports: [{ port: 1 }, { port: 3 }] }],
    [
      'a value computed from the old one',
      { at: 'spec.ports[0].port', put: (old: number) => old + 4 },
      { ports: [{ port: 5 }, { port: 2 }] },
    ],
    ['a missing field', { at: 'spec.ports' }, {}],
    ['a missing element', { at: 'spec.ports[0]' }, { ports: [{ port: 2 }] }],
  ])('can be %s', (_, change, spec) => {
    expect(mutate([object], { ...made, ...change })).toEqual([{ ...object, spec }]);
    expect(object.spec.ports).toEqual([{ port: 1 }, { port: 2 }]);
  });

  it('can be a missing object', () => {
    expect(mutate([object], made)).toEqual([]);
  });

  it.each([
    ['no such object', { in: 'Service/y' }],
    ['no such field', { at: 'spec.port' }],
    ['no such path', { at: 'spec.rules[0].port', put: 1 }],
  ])('is refused if there is %s', (_, change) => {
    expect(() => mutate([object], { ...made, ...change })).toThrow(/^(no object|Service\/x has no)/);
  });
});
