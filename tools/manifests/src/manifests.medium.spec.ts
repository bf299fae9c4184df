import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { SCALER_ANNOTATION } from '#scaling';
import { repositoryRoot } from '../../../test/support/test-data';
import { check } from './check';
import { COMPONENTS, OVERLAYS, build, foldersOf, hasKubectl, loadPatches, loadPlain } from './load';
import { type Finding, type Manifest, describeFinding, nameOf, ofKind } from './manifest';
import { MUTATIONS } from './mutations';
import { mutate } from './mutate';
import { validate } from './validate';

const plain = loadPlain();
const described = (findings: readonly Finding[] | undefined) => findings?.map(describeFinding);

describe('the manifests', () => {
  it('have no problems', async () => {
    expect((await check([plain])).map(described)).toEqual([[]]);
  });

  it('have no problems in the patches', () => {
    expect(validate([loadPatches()], { parts: true }).map(described)).toEqual([[]]);
  });

  it('contain every object exactly once', () => {
    const names = plain.map(nameOf);
    expect(names).toEqual([...new Set(names)]);
  });
});

const overlays = foldersOf(OVERLAYS);
const everything = 'of all components together, in another namespace';

// Without kubectl only the files are checked: nothing else can apply patches and combine components.
(hasKubectl() ? describe : describe.skip)('what kubectl builds (skipped without kubectl)', () => {
  let deployments: Map<string, readonly Manifest[]>;
  let findings: readonly (readonly Finding[])[];
  beforeAll(async () => {
    deployments = new Map(overlays.map((name) => [name, build(join(OVERLAYS, name))]));
    deployments.set(everything, buildEverything('videos'));
    findings = await check([...deployments.values()]);
  });

  it.each([...overlays, everything].map((name, index) => [name, index] as const))(
    'has no problems: %s',
    (_, index) => {
      expect(described(findings[index])).toEqual([]);
    },
  );

  it.each([...overlays, everything])('marks Deployments as scaled by KEDA where they are: %s', (name) => {
    const objects = deployments.get(name) ?? [];
    const scaled = ofKind(objects, 'ScaledObject').map(({ spec }) => spec.scaleTargetRef.name);
    const annotated = ofKind(objects, 'Deployment').filter(
      ({ metadata }) => metadata.annotations?.[SCALER_ANNOTATION] === 'keda',
    );
    expect(annotated.map(({ metadata }) => metadata.name).sort()).toEqual(scaled.sort());
  });

  it('is in the requested namespace', () => {
    const objects = deployments.get(everything) ?? [];
    expect(objects.find(({ kind }) => kind === 'Namespace')?.metadata.name).toBe('videos');
    expect(new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))).toEqual(new Set(['videos']));
  });
});

/** The base with all components that can be combined, like a user's own kustomization. */
function buildEverything(namespace: string): Manifest[] {
  const folder = mkdtempSync(join(tmpdir(), 'boxreel-kustomize-'));
  try {
    const path = (...parts: string[]) => relative(folder, join(repositoryRoot, ...parts));
    const components = foldersOf(COMPONENTS).filter((name) => name !== 'single-node'); // it conflicts with nfs
    const kustomization = {
      resources: [path('k8s/base')],
      components: components.map((name) => path('k8s/components', name)),
      namespace,
    };
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
    return build(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a defect in a manifest', () => {
  let findings: readonly (readonly string[])[];
  beforeAll(async () => {
    findings = (await check(MUTATIONS.map((mutation) => mutate(plain, mutation)))).map((all) =>
      all.map(describeFinding),
    );
  });

  it.each(MUTATIONS.map((mutation, index) => ({ ...mutation, index })))(
    'is found and located: $defect ($in)',
    ({ index, found, in: object }) => {
      const place = typeof found === 'string' ? { in: object, at: found } : found;
      const expected = `${place.in}: ${place.at}: `;
      expect(findings[index]?.filter((text) => text.startsWith(expected))).not.toHaveLength(0);
    },
  );

  it('is tested for every object', () => {
    const mutated = MUTATIONS.map(({ in: object }) => object);
    expect(plain.map(nameOf).filter((name) => !mutated.includes(name))).toEqual([]);
  });
});
