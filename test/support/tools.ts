import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** The outside tools that tests use, each with the command that installs it. */
const installCommands = {
  docker: 'apt-get install docker.io',
  dockerd: 'apt-get install docker.io',
  containerd: 'apt-get install containerd',
  ctr: 'apt-get install containerd',
  skopeo: 'apt-get install skopeo',
  buildah: 'apt-get install buildah',
  chromium: 'apt-get install chromium',
  go: 'apt-get install golang-go',
  crane: 'go install github.com/google/go-containerregistry/cmd/crane@v0.22.1',
  regctl: 'go install github.com/regclient/regclient/cmd/regctl@v0.11.7',
  oras: 'go install oras.land/oras/cmd/oras@v1.3.6',
  conformance:
    'go install github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111',
} as const;

/** The name of an outside tool. */
export type Tool = keyof typeof installCommands;

/** Tools that are built from a pinned Go module into the cache folder, where Go is there. */
export const goTools = ['crane', 'regctl', 'oras', 'conformance'] as const satisfies Tool[];

/** Folders searched besides PATH, which lacks them for a user who is not root. */
const systemFolders = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/local/go/bin'];

/** The module and version of a Go tool: what `go install` takes. */
export function goModule(tool: (typeof goTools)[number]): string {
  return installCommands[tool].slice('go install '.length);
}

/** The cache folder of a Go tool; its name holds the version, so that a new pin is built anew. */
export function goFolder(tool: (typeof goTools)[number]): string {
  const folder = `test-output/tools/${tool}${goModule(tool).replace(/^.*@/, '-')}`;
  return fileURLToPath(new URL(`../../${folder}`, import.meta.url));
}

/** Where a tool is, or undefined when it is not installed. A Go tool counts in its pinned version only. */
export function findTool(tool: Tool): string | undefined {
  const go = asGoTool(tool);
  const path = (process.env.PATH ?? '').split(delimiter);
  const folders = go ? [goFolder(go)] : [...path, ...systemFolders];
  return folders.map((folder) => join(folder, tool)).find((file) => existsSync(file));
}

/** Go alone is enough for the tools built from Go modules: the test run builds those itself. */
function installCommand(tool: Tool): string {
  const go = asGoTool(tool);
  if (!go) return installCommands[tool];
  return findTool('go') ? `GOBIN=${goFolder(go)} ${installCommands[go]}` : installCommands.go;
}

function asGoTool(tool: Tool) {
  return goTools.find((name) => name === tool);
}

/** The path of a tool that describeWithTools has found; its bare name when it is missing. */
export function toolPath(tool: Tool): string {
  return findTool(tool) ?? tool;
}

/**
 * A suite that needs outside tools. Where one is missing the suite is skipped under a name that
 * says how to install it; with CI=true that is a failure instead.
 */
export function describeWithTools(name: string, tools: readonly Tool[], suite: () => void): void {
  const missing = tools.filter((tool) => !findTool(tool));
  if (missing.length === 0) {
    describe(name, suite);
    return;
  }
  const commands = new Set(missing.map(installCommand));
  const needs = `needs ${missing.join(', ')}: ${[...commands].join(' && ')}`;
  if (process.env.CI === 'true') {
    describe(name, () => {
      test(needs, () => expect(missing, 'missing tools').toEqual([]));
    });
    return;
  }
  console.warn(`skipped: ${name} (${needs})`);
  describe.skip(`${name} (${needs})`, suite);
}
