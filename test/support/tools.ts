import { existsSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';

/** External tools of the tests, each with the command that installs it. */
const installCommands = {
  docker: 'apt-get install docker.io',
  dockerd: 'apt-get install docker.io',
  containerd: 'apt-get install containerd',
  ctr: 'apt-get install containerd',
  skopeo: 'apt-get install skopeo',
  buildah: 'apt-get install buildah',
  podman: 'apt-get install podman',
  chromium: 'apt-get install chromium',
  'docker-registry': 'apt-get install docker-registry',
  wrk: 'apt-get install wrk',
  curl: 'apt-get install curl',
  tar: 'apt-get install tar',
  mount: 'apt-get install mount',
  umount: 'apt-get install mount',
  openssl: 'apt-get install openssl',
  go: 'apt-get install golang-go',
  crane: 'go install github.com/google/go-containerregistry/cmd/crane@v0.22.1',
  regctl: 'go install github.com/regclient/regclient/cmd/regctl@v0.11.7',
  oras: 'go install oras.land/oras/cmd/oras@v1.3.6',
  helm3: 'go install helm.sh/helm/v3/cmd/helm@v3.22.0',
  helm4: 'go install helm.sh/helm/v4/cmd/helm@v4.3.2',
  buildx: 'go install github.com/docker/buildx/cmd/buildx@v0.38.2',
  cosign: 'go install github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3',
  conformance:
    'go install github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111',
  python3: 'apt-get install python3-venv',
  schemathesis: 'pip install schemathesis==4.32.5',
  'kubernetes-validate': 'pip install kubernetes-validate==1.37.0',
} as const;

/** Name of an external tool. */
export type Tool = keyof typeof installCommands;

/** Tools that are built from a pinned Go module into the cache folder, if Go is installed. */
export const goTools = [
  'crane',
  'regctl',
  'oras',
  'helm3',
  'helm4',
  'buildx',
  'cosign',
  'conformance',
] as const satisfies Tool[];

/** Tools that are installed in their pinned release into the cache folder, if Python is. */
export const pythonTools = ['schemathesis', 'kubernetes-validate'] as const satisfies Tool[];
type PythonTool = (typeof pythonTools)[number];

/** The pinned release of a Python tool, as pip takes it. */
export function pythonRelease(tool: PythonTool): string {
  return installCommands[tool].slice('pip install '.length);
}

/** The Python environment of a tool; its name has the version, as that of a Go tool. */
export function pythonFolder(tool: PythonTool): string {
  const folder = `test-output/tools/${pythonRelease(tool).replace('==', '-')}`;
  return fileURLToPath(new URL(`../../${folder}`, import.meta.url));
}

/**
 * Folders searched besides PATH, which lacks them for a user who is not root. A PATH without
 * /usr/bin is there to hide the tools of a machine (`.ci/run` does so): it counts alone.
 */
const systemFolders = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/local/go/bin'];

/** The module and version of a Go tool: what `go install` takes. */
export function goModule(tool: (typeof goTools)[number]): string {
  return installCommands[tool].slice('go install '.length);
}

/** The cache folder of a Go tool; its name has the version, so that a new pin is built again. */
export function goFolder(tool: (typeof goTools)[number]): string {
  const folder = `test-output/tools/${tool}${goModule(tool).replace(/^.*@/, '-')}`;
  return fileURLToPath(new URL(`../../${folder}`, import.meta.url));
}

/** Path of a tool; undefined when it is not installed, in its pinned version if it has one. */
export function findTool(tool: Tool): string | undefined {
  const go = asGoTool(tool);
  const python = asPythonTool(tool);
  const pinned = go ? goFolder(go) : python && join(pythonFolder(python), 'bin');
  const folders = pinned ? [pinned] : searchedFolders();
  const command = go ? basename(goModule(go)).replace(/@.*$/, '') : tool;
  return folders.map((folder) => join(folder, command)).find((file) => existsSync(file));
}

function searchedFolders(): string[] {
  const path = (process.env.PATH ?? '').split(delimiter);
  return path.includes('/usr/bin') ? [...path, ...systemFolders] : path;
}

/** For the pinned tools Go and Python are enough: the test run installs the tools with them. */
function installCommand(tool: Tool): string {
  const python = asPythonTool(tool);
  if (python && !findTool('python3')) return installCommands.python3;
  if (python) {
    const folder = pythonFolder(python);
    return `python3 -m venv ${folder} && ${folder}/bin/${installCommands[python]}`;
  }
  const go = asGoTool(tool);
  if (!go) return installCommands[tool];
  return findTool('go') ? `GOBIN=${goFolder(go)} ${installCommands[go]}` : installCommands.go;
}

function asGoTool(tool: Tool) {
  return goTools.find((name) => name === tool);
}

function asPythonTool(tool: Tool) {
  return pythonTools.find((name) => name === tool);
}

/** Path of a tool that a suite has asked for; its name when it is missing. */
export function toolPath(tool: Tool): string {
  return findTool(tool) ?? tool;
}

/**
 * A suite that needs external tools. If one is missing, the suite is skipped under a name that says
 * how to install it; with CI=true it fails instead.
 */
export function describeWithTools(name: string, tools: readonly Tool[], suite: () => void): void {
  const needs = explainMissing(tools);
  if (needs === undefined) describe(name, suite);
  else if (isCi()) describe(name, () => test(needs, () => refuseMissing(needs)));
  else describe.skip(skippedName(name, needs), suite);
}

/** As `describeWithTools`, for one test of a suite that otherwise needs no tools. */
export function testWithTools(
  name: string,
  tools: readonly Tool[],
  run: () => Promise<void> | void,
): void {
  const needs = explainMissing(tools);
  if (needs === undefined) test(name, run);
  else if (isCi()) test(name, () => refuseMissing(needs));
  else test.skip(skippedName(name, needs), run);
}

/** Which of the tools are missing, and how to install them; undefined when none is. */
function explainMissing(tools: readonly Tool[]): string | undefined {
  const missing = tools.filter((tool) => !findTool(tool));
  if (missing.length === 0) return undefined;
  const commands = new Set(missing.map(installCommand));
  return `needs ${missing.join(', ')}: ${[...commands].join(' && ')}`;
}

function skippedName(name: string, needs: string): string {
  console.warn(`skipped: ${name} (${needs})`);
  return `${name} (${needs})`;
}

function refuseMissing(needs: string): never {
  throw new Error(`a tool is missing, and with CI=true no test is skipped: ${needs}`);
}

function isCi(): boolean {
  return process.env.CI === 'true';
}
