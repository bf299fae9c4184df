import { execFile, execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../support/test-data';

/** Fake kubectl: prints the requested values and records its calls and what was applied. */
const KUBECTL = `#!/bin/sh
echo "kubectl $*" >> "$CALLS"
case "$*" in
  kustomize*)
    for of in pre:preprocess infer:\${INFER_IMAGE:-infer} post:postprocess; do
      printf -- '---\\nkind: Deployment\\nmetadata:\\n  name: hs-%s-deploy\\nspec:\\n      containers:\\n      - env: []\\n' "\${of%%:*}"
      image=\${of#*:}
      printf '        image: %sboxreel/%s:0.1.0\\n        name: %s\\n' "$OVERLAY_REGISTRY" "$image" "\${image%-cuda}"
    done ;;
  *'get deployment'*generation*) cat "$CALLS.generation" ;;
  *'get deployment hs-pre-deploy'*image*) echo "registry.test:5000/boxreel/preprocess:old" ;;
  *'get deployment hs-post-deploy'*image*) echo "registry.test/boxreel/postprocess@sha256:abc" ;;
  *'apply --dry-run=server'*) exit "\${REFUSED:-0}" ;;
  *'apply --kustomize'*)
    for last; do :; done; cat "$last/kustomization.yaml" >> "$CALLS.applied"
    [ -n "$CHANGES" ] && echo 2 > "$CALLS.generation" ;;
  *'rollout status'*) exit "\${ROLLOUT:-0}" ;;
  *'get pods'*jsonpath*) echo "\${POD-hs-infer-deploy-1 hs-infer-deploy-2}"; exit "\${PODS:-0}" ;;
esac
exit 0
`;
const DOCKER = `#!/bin/sh
echo "docker $*" >> "$CALLS"
`;

let folder: string;
let calls: string;

/** A copy of the repository's scripts together with tools that only record their calls. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scripts-'));
  calls = join(folder, 'calls');
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'repository/k8s/overlays/single-node'), { recursive: true });
  await writeFile(join(folder, 'repository/k8s/overlays/single-node/kustomization.yaml'), '');
  await writeFile(join(folder, 'repository/package.json'), '{\n  "version": "1.2.3",\n}\n');
  await cp(join(repositoryRoot, 'scripts'), join(folder, 'repository/scripts'), {
    recursive: true,
    filter: (path) => !/\.[mt]s$/.test(path),
  });
  await writeFile(`${calls}.generation`, '1\n');
  for (const [name, text] of Object.entries({ kubectl: KUBECTL, docker: DOCKER })) {
    await writeFile(join(folder, 'bin', name), text);
    await chmod(join(folder, 'bin', name), 0o755);
  }
});
afterEach(() => rm(folder, { recursive: true }));

async function script(line: string, env: NodeJS.ProcessEnv = {}) {
  const [name, ...args] = line.split(' ');
  const PATH = `${join(folder, 'bin')}:/usr/bin:/bin`;
  const result = await new Promise<{ code: number; text: string }>((resolve) => {
    const options = { env: { PATH, CALLS: calls, ...env }, cwd: join(folder, 'repository') };
    const child = execFile(`scripts/${name!}`, args, options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, text: stdout + stderr });
    });
  });
  const lines = await readFile(calls, 'utf8').catch(() => '');
  const applied = await readFile(`${calls}.applied`, 'utf8').catch(() => '');
  return { ...result, calls: lines.split('\n').filter((call) => call !== ''), applied };
}

describe('scripts/restart.sh', () => {
  it('builds, pushes, applies and waits, and keeps the images of the other services', async () => {
    const { code, calls, applied } = await script(
      'restart.sh infer --registry registry.test:5000/team --tag t1 --namespace videos --timeout 60',
      { CHANGES: 'yes' },
    );
    expect(code).toBe(0);
    expect(calls.filter((call) => !/kubectl kustomize|get deployment/.test(call))).toEqual([
      'docker build --target infer --tag registry.test:5000/team/boxreel/infer:t1 --build-arg VERSION=1.2.3 --build-arg REVISION= .',
      'docker push registry.test:5000/team/boxreel/infer:t1',
      expect.stringMatching(/^kubectl apply --dry-run=server --kustomize k8s\/\.release-/),
      expect.stringMatching(/^kubectl apply --kustomize k8s\/\.release-/),
      'kubectl --namespace videos rollout status deployment/hs-infer-deploy --timeout 60s',
    ]);
    expect(applied).toContain('namespace: videos');
    expect(applied).toContain("resources: ['../../k8s/overlays/single-node']");
    expect(applied.match(/- \{.*\}/g)).toEqual([
      "- { name: boxreel/preprocess, newName: 'registry.test:5000/boxreel/preprocess', newTag: 'old' }",
      "- { name: boxreel/infer, newName: 'registry.test:5000/team/boxreel/infer', newTag: 't1' }",
      "- { name: boxreel/postprocess, newName: 'registry.test/boxreel/postprocess', digest: 'sha256:abc' }",
    ]);
    expect(await readdir(join(folder, 'repository/k8s'))).toEqual(['overlays']); // no files remain
  });

  it('restarts pods if only the content of the image has changed', async () => {
    const { calls } = await script('restart.sh preprocess --tag t1');
    expect(calls).toContain('kubectl --namespace boxreel rollout restart deployment/hs-pre-deploy');
    expect(calls.join('\n')).not.toContain('push'); // without a registry
  });

  it('restarts all services, with the GPU image if the overlay uses it', async () => {
    const { calls, applied } = await script('restart.sh all --tag t1 --no-build', {
      INFER_IMAGE: 'infer-cuda',
    });
    expect(calls.join('\n')).not.toContain('docker');
    expect(applied).toContain("{ name: boxreel/infer-cuda, newName: 'boxreel/infer-cuda', newTag: 't1' }");
    expect(calls.filter((call) => call.includes('rollout status'))).toHaveLength(3);
  });

  it('replaces images by their names in an overlay with its own registry', async () => {
    const { calls, applied } = await script('restart.sh infer --registry r.test/team --tag t1', {
      INFER_IMAGE: 'infer-cuda',
      OVERLAY_REGISTRY: 'registry.example.org:5000/',
    });
    expect(calls.join('\n')).toContain('docker build --target infer-cuda ');
    expect(applied.match(/- \{.*\}/g)).toEqual([
      "- { name: registry.example.org:5000/boxreel/preprocess, newName: 'registry.test:5000/boxreel/preprocess', newTag: 'old' }",
      "- { name: registry.example.org:5000/boxreel/infer-cuda, newName: 'r.test/team/boxreel/infer-cuda', newTag: 't1' }",
      "- { name: registry.example.org:5000/boxreel/postprocess, newName: 'registry.test/boxreel/postprocess', digest: 'sha256:abc' }",
    ]);
  });

  it('only prints commands in a dry run, without a cluster', async () => {
    const { code, calls, text } = await script('restart.sh all --tag t1 --registry r.test --dry-run');
    expect(code).toBe(0);
    expect(calls).toEqual(['kubectl kustomize k8s/overlays/single-node']);
    for (const part of [
      'docker build --target infer ',
      'docker push',
      'kubectl apply',
      'rollout status',
      "newTag: 't1'",
    ]) {
      expect(text).toContain(part);
    }
  });

  it('applies nothing if the cluster would refuse a part of it, such as the overlay of another cluster', async () => {
    const { code, text, applied } = await script('restart.sh infer --tag t1', { REFUSED: '1' });
    expect({ code, applied }).toEqual({ code: 1, applied: '' });
    expect(text).toMatch(/rejects k8s\/overlays\/single-node\. Nothing was applied\. Is this the overlay/);
  });

  it('explains what to do when the rollout fails', async () => {
    const { code, text } = await script('restart.sh infer --tag t1', { ROLLOUT: '1' });
    expect(code).toBe(1);
    expect(text).toMatch(/hs-infer-deploy is not ready after 600 s.*debug\.sh infer --events.*rollout undo/);
  });

  it.each([
    ['', /Name a service/],
    ['infre', /'infre' is not a service or an option/],
    ['infer --tag', /--tag needs a value/],
    ['infer --tag a/b', /--tag is 'a\/b'/],
    ['infer --overlay k8s/overlays/none', /is not an overlay/],
    ['infer --overlay /etc', /expected a folder of this repository/],
    ['infer --timeout soon', /--timeout is 'soon'/],
    ['infer --builder make', /--builder is 'make'/],
  ])('refuses "%s" before doing anything', async (args, sentence) => {
    const { code, text, calls } = await script(`restart.sh ${args}`.trim());
    expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(sentence) as string });
    expect(calls.join('\n')).not.toMatch(/docker|apply/);
  });
});

describe('scripts/debug.sh', () => {
  it.each([
    [
      'infer',
      'exec hs-infer-deploy-1 --container infer --stdin -- sh -c command -v bash >/dev/null && exec bash; exec sh',
    ],
    ['infer --pod mine -- nvidia-smi -L', 'exec mine --container infer --stdin -- nvidia-smi -L'],
    [
      'infer --image busybox --pod mine -- ps',
      'debug mine --image busybox --target infer --profile restricted --stdin -- ps',
    ],
    [
      'postprocess --logs',
      'logs --selector app=hs-post --container postprocess --prefix --follow --tail 100 --max-log-requests 50',
    ],
    ['preprocess --events', 'describe pods --selector app=hs-pre'],
  ])('runs kubectl for %s', async (args, call) => {
    const { code, calls } = await script(`debug.sh ${args}`);
    expect(code).toBe(0);
    expect(calls.at(-1)).toBe(`kubectl --namespace boxreel ${call}`);
  });

  it.each([
    ['', {}, /Name a service/],
    ['infer --fast', {}, /'--fast' is not a service/],
    ['infer --', {}, /Expected a command/],
    ['infer', { POD: '', PODS: '1' }, /Could not list the pods of infer/],
    [
      'infer',
      { POD: '' },
      /No pod of infer is running in boxreel. To find out why: scripts\/debug\.sh infer --events/,
    ],
  ])('explains what is wrong with "%s"', async (args, env, sentence) => {
    const { code, text } = await script(`debug.sh ${args}`.trim(), env);
    expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(sentence) as string });
  });
});

it('shellcheck reports no problems', () => {
  const scripts = ['scripts/restart.sh', 'scripts/debug.sh', '.ci/run'];
  execFileSync('shellcheck', scripts, { cwd: repositoryRoot, stdio: 'inherit' });
});
