/** Runs once before the tests that start real servers and clients, and cleans up after them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setup as buildConsole } from './assets.ts';
import { prepareServers } from './checkout.ts';
import {
  findTool,
  goFolder,
  goModule,
  goTools,
  pythonFolder,
  pythonRelease,
  pythonTools,
} from './tools.ts';

export default function setup(): Promise<() => void> {
  buildConsole();
  installGoTools();
  installPythonTools();
  return prepareServers();
}

/** Not in the suites, because a build of minutes would block a test worker for too long. */
function installGoTools(): void {
  const go = findTool('go');
  if (!go) return;
  for (const tool of goTools.filter((name) => !findTool(name))) {
    console.log(`building ${goModule(tool)}`);
    const env = { ...process.env, GOBIN: goFolder(tool) };
    const run = spawnSync(go, ['install', goModule(tool)], { env, encoding: 'utf8' });
    if (run.status !== 0) console.warn(`${tool} could not be built: ${run.stderr || run.error}`);
  }
}

function installPythonTools(): void {
  const python = findTool('python3');
  if (!python) return;
  for (const tool of pythonTools.filter((name) => !findTool(name))) {
    const [folder, release] = [pythonFolder(tool), pythonRelease(tool)];
    console.log(`installing ${release}`);
    const pip = join(folder, 'bin/pip');
    for (const [command, args] of [
      [python, ['-m', 'venv', folder]],
      [pip, ['install', '--quiet', '--disable-pip-version-check', release]],
    ] as const) {
      const run = spawnSync(command, args, { encoding: 'utf8' });
      if (run.status === 0) continue;
      console.warn(`${release} could not be installed: ${run.stderr || run.error}`);
      break;
    }
  }
}
