import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { repositoryRoot } from '../../support/test-data';
import { check } from './check';
import { COMPONENTS, OVERLAYS, build, foldersOf, hasKubectl, loadPatches, loadPlain } from './load';
import { type Finding, type Manifest, describeFinding, nameOf } from './manifest';
import { MUTATIONS } from './mutations';
import { mutate } from './mutate';
import { validate } from './validate';

const plain = loadPlain();
const described = (findings: readonly Finding[] | undefined) => findings?.map(describeFinding);

describe('the manifests', () => {
  it('have nothing wrong', async () => {
    expect((await check([plain])).map(described)).toEqual([[]]);
  });

  it('have nothing wrong in the parts that change others', () => {
    expect(validate([loadPatches()], { parts: true }).map(described)).toEqual([[]]);
  });

  it('have every object once', () => {
    const names = plain.map(nameOf);
    expect(names).toEqual([...new Set(names)]);
  });
});

// Without kubectl only the files above are checked: nothing else can apply patches and join components.
(hasKubectl() ? describe : describe.skip)(
  'what kubectl kustomize builds (skipped where there is no kubectl)',
  () => {
    it.each([...foldersOf(OVERLAYS)])('overlay %s has nothing wrong', async (overlay) => {
      expect((await check([build(join(OVERLAYS, overlay))])).map(described)).toEqual([[]]);
    });

    it('is fine for all components together, in another namespace', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'boxreel-kustomize-'));
      try {
        const path = (...parts: string[]) => relative(folder, join(repositoryRoot, ...parts));
        const kustomization = {
          resources: [path('k8s/base')],
          components: foldersOf(COMPONENTS)
            .filter((name) => name !== 'single-node')
            .map((name) => path('k8s/components', name)),
          namespace: 'videos',
        };
        writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
        const objects = build(folder);
        expect((await check([objects])).map(described)).toEqual([[]]);
        expect(namespaces(objects)).toEqual(['videos']);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  },
);

function namespaces(objects: readonly Manifest[]): string[] {
  return [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))];
}

describe('a mistake in a manifest is found, and where it is', () => {
  let findings: readonly (readonly string[])[];
  beforeAll(async () => {
    findings = (await check(MUTATIONS.map((mutation) => mutate(plain, mutation)))).map((all) =>
      all.map(describeFinding),
    );
  });

  it.each(MUTATIONS.map((mutation, index) => ({ ...mutation, index })))(
    '$mistake ($in)',
    ({ index, found, in: object }) => {
      const place = typeof found === 'string' ? { in: object, at: found } : found;
      const expected = `${place.in}: ${place.at}`;
      expect(findings[index]?.filter((text) => text.startsWith(expected))).not.toHaveLength(0);
    },
  );

  it('is tried with every object', () => {
    const mutated = MUTATIONS.map(({ in: object }) => object);
    expect(plain.map(nameOf).filter((name) => !mutated.includes(name))).toEqual([]);
  });
});
